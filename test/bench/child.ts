import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const running = new Set<ChildProcess>();
const STOP_MS = 12_000;

/** A process of its own that runs one of this folder's `*-child.ts` files or the service. */
export interface Child {
  readonly process: ChildProcess;
  /** Sends a request and waits for its answer. Rejects when the process ends first, or says that it failed. */
  ask(request: object): Promise<unknown>;
  /** Ends it in order, or hard when it does not. */
  stop(): Promise<void>;
}

/** Starts `file` (relative to this folder) under tsx, loopback only as everything here. */
export function startChild(
  file: string,
  options: { args?: readonly string[]; imports?: readonly string[]; env?: Record<string, string> } = {},
): Child {
  const imports = (options.imports ?? []).flatMap((each) => ['--import', new URL(each, import.meta.url).href]);
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [...(options.args ?? [])], {
    execArgv: ['--import', 'tsx', ...imports],
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...options.env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  running.add(child);
  // A request that is sent before the other side listens is lost.
  const listening = new Promise<void>((resolve) => child.once('message', () => resolve()));
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      running.delete(child);
      resolve();
    });
  });
  const ask = (request: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const onExit = (code: number | null): void => reject(new Error(`${file} ended with ${code} before it answered`));
      child.once('exit', onExit);
      const onAnswer = (answer: unknown): void => {
        child.off('exit', onExit);
        if (typeof answer === 'object' && answer !== null && 'failed' in answer)
          reject(new Error(`${file}: ${String(answer.failed)}`));
        else resolve(answer);
      };
      void listening.then(() => {
        child.once('message', onAnswer);
        child.send(request);
      });
    });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(hard);
  };
  return { process: child, ask, stop };
}

/** Ends what is still running: for the way out of a bench that failed. */
export function endChildren(): void {
  for (const child of running) child.kill('SIGKILL');
}

// Also when a bench ends in an error of its own, nothing it started goes on.
process.once('exit', endChildren);

/** The other side of `ask`: answers each request with what `work` returns. */
export function answerRequests<T extends object>(work: (request: T) => Promise<unknown>): void {
  process.on('message', (request: T) => {
    work(request).then(
      (answer) => process.send?.(answer ?? {}),
      (error: unknown) => process.send?.({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.send?.({ listening: true });
  process.on('SIGTERM', () => process.exit(0));
  process.on('disconnect', () => process.exit(0));
}
