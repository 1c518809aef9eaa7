import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeRealtime, toPhysical } from '@plume/ingest/protocol';
import { type Link, mqttTransport } from '@plume/simulators';

/** Samples of a good message. */
export const SAMPLES = 10;
const WINDOW = 6;
const PAUSE_MS = 40;
const RECONNECT_MS = 100;
const JSON_EVERY = 7;
const BROKEN_EVERY = 50;

/** A terminal of the fleet, and the truck it is on. */
export interface LedgerTerminal {
  readonly index: number;
  readonly id: string;
  readonly vin: string;
  readonly secret: string;
}

export function ledgerTerminals(count: number): LedgerTerminal[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    id: `ledger-${index}`,
    vin: `LZZ5CLVB0JB${String(100_000 + index)}`,
    secret: `secret-of-${index}`,
  }));
}

/** The raw values that terminal `index` measures at a second: nothing that could be right by chance. */
export function measured(index: number, timeSec: number): { noxDownPpm: number; engineRpm: number } {
  return { noxDownPpm: 4000 + ((timeSec * 31 + index * 17) % 5000), engineRpm: 4800 + ((timeSec * 7 + index * 13) % 9000) };
}

/** What a message number is: most are native frames, some JSON, some broken (its check byte is wrong). */
export function kindOf(number: number): 'native' | 'json' | 'broken' {
  if (number % BROKEN_EVERY === BROKEN_EVERY - 1) return 'broken';
  return number % JSON_EVERY === JSON_EVERY - 1 ? 'json' : 'native';
}

/** Time of the first sample of a message. */
export function messageSec(baseSec: number, number: number): number {
  return baseSec + number * SAMPLES;
}

function payloadOf(terminal: LedgerTerminal, baseSec: number, number: number): Uint8Array {
  const first = messageSec(baseSec, number);
  const records = Array.from({ length: SAMPLES }, (_, i) => {
    const raw = measured(terminal.index, first + i);
    return {
      timeSec: first + i,
      values: { noxDownPpm: toPhysical('noxDownPpm', raw.noxDownPpm), engineRpm: toPhysical('engineRpm', raw.engineRpm) },
    };
  });
  if (kindOf(number) === 'json') {
    return new TextEncoder().encode(
      JSON.stringify({ v: 1, seq: number, samples: records.map(({ timeSec, values }) => ({ t: timeSec * 1000, ...values })) }),
    );
  }
  const frame = encodeRealtime({
    vin: terminal.vin,
    layout: 'A',
    sendTimeSec: first,
    seq: number & 0xffff,
    records: records.map(({ timeSec, values }) => ({ timeSec, bodies: [{ type: 0x02, values }] })),
  });
  if (kindOf(number) === 'broken') frame[frame.length - 1] = (frame.at(-1) ?? 0) ^ 0xff;
  return frame;
}

/** What the terminals wrote down: of each, the numbers sent and the numbers acknowledged. */
export interface Written {
  readonly sent: ReadonlySet<number>;
  readonly acknowledged: ReadonlySet<number>;
}

/**
 * Terminals as the contract wants them: each message is kept until its PUBACK and sent again after every reconnect. Each writes every
 * number sent and acknowledged to a file of its own before it goes on.
 */
export class LedgerFleet {
  readonly #terminals: readonly LedgerTerminal[];
  readonly #folder: string;
  readonly #baseSec: number;
  readonly #url: string;
  #sending = true;
  #ended = false;
  readonly #running: Promise<void>[] = [];

  constructor(terminals: readonly LedgerTerminal[], folder: string, baseSec: number, url: string) {
    this.#terminals = terminals;
    this.#folder = folder;
    this.#baseSec = baseSec;
    this.#url = url;
  }

  start(): void {
    for (const terminal of this.#terminals) this.#running.push(this.#run(terminal));
  }

  /** No new messages; resolves when every message is acknowledged, or the time is over. Answers whether all were. */
  async finish(limitMs: number): Promise<boolean> {
    this.#sending = false;
    const all = Promise.all(this.#running).then(() => true);
    const done = await Promise.race([all, sleep(limitMs, false)]);
    this.#ended = true;
    await all;
    return done;
  }

  written(terminal: LedgerTerminal): Written {
    const lines = readFileSync(this.#file(terminal), 'utf8').split('\n');
    const numbers = (mark: string) => new Set(lines.filter((line) => line.startsWith(mark)).map((line) => Number(line.slice(2))));
    return { sent: numbers('S '), acknowledged: numbers('A ') };
  }

  #file(terminal: LedgerTerminal): string {
    return join(this.#folder, `${terminal.id}.txt`);
  }

  async #run(terminal: LedgerTerminal): Promise<void> {
    const transport = mqttTransport({ url: this.#url, terminalId: terminal.id, secret: terminal.secret, keepaliveS: 20 });
    const waiting = new Set<number>();
    let next = 0;
    while (!this.#ended && (this.#sending || waiting.size > 0)) {
      const link = await transport.connect().catch(() => null);
      if (!link) {
        await sleep(RECONNECT_MS);
        continue;
      }
      let open = true;
      void link.closed.then(() => {
        open = false;
      });
      const underWay = new Map<number, Promise<void>>();
      const send = (number: number): void => {
        underWay.set(
          number,
          this.#publish(link, terminal, number, waiting).finally(() => underWay.delete(number)),
        );
      };
      for (const number of [...waiting].sort((a, b) => a - b)) send(number);
      while (open && !this.#ended && (this.#sending || waiting.size > 0)) {
        if (this.#sending && underWay.size < WINDOW) {
          waiting.add(next);
          send(next);
          next += 1;
        }
        await sleep(PAUSE_MS);
      }
      await link.close();
      await Promise.all(underWay.values());
    }
  }

  async #publish(link: Link, terminal: LedgerTerminal, number: number, waiting: Set<number>): Promise<void> {
    appendFileSync(this.#file(terminal), `S ${number}\n`);
    try {
      await link.publish(payloadOf(terminal, this.#baseSec, number));
    } catch {
      return; // no acknowledgement: it stays in `waiting` and is sent again
    }
    appendFileSync(this.#file(terminal), `A ${number}\n`);
    waiting.delete(number);
  }
}
