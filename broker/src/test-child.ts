import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CHILD = fileURLToPath(new URL('./test-memory-child.ts', import.meta.url));

/** A broker in a process of its own, so that its memory can be told from that of the peers. */
export class BrokerChild {
  readonly #process: ChildProcess;
  port = 0;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  /** `ours`: the MQTT door; `tcp`: the TCP door; `plain`: the MQTT library without our doors. */
  static async start(kind: 'ours' | 'tcp' | 'plain'): Promise<BrokerChild> {
    const child = new BrokerChild(
      fork(CHILD, [kind], { cwd: ROOT, execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
    );
    child.port = await child.#answer<number>('port');
    return child;
  }

  /** Its resident memory in bytes. */
  async rss(): Promise<number> {
    const answered = this.#answer<number>('rss');
    this.#process.send('rss');
    return await answered;
  }

  end(): void {
    this.#process.disconnect();
  }

  #answer<T>(key: string): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#process.once('message', (message: Record<string, T>) => resolve(message[key] as T));
      this.#process.once('exit', (code) => reject(new Error(`the broker ended with ${code}`)));
    });
  }
}
