import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Link, LinkError, mqttTransport } from '@plume/simulators';
import type { Entered } from '../support/site.ts';
import { type Format, type KnownMessage, knownMessage, type Maker } from './known-messages.ts';

const IN_FLIGHT = 20;
const RETRY_MS = 100;
/** Every so many acknowledged messages one is sent a second time. */
const AGAIN_EVERY = 29;

/** What the terminal's own file says. */
export interface TerminalRecord {
  readonly sent: ReadonlySet<number>;
  readonly acknowledged: ReadonlySet<number>;
  readonly attempts: number;
}

/**
 * A terminal that keeps a ledger: it writes the number of each message to its own file before it sends it, and again when its PUBACK has
 * come, before it goes on. It keeps each message until its PUBACK and sends it again after a lost link, as re-issue.
 */
export class LedgerTerminal {
  readonly site: Entered;
  readonly #maker: Maker;
  readonly #url: () => string;
  readonly #path: string;
  readonly #file: number;
  #next = 0;
  #waiting: { message: KnownMessage; attempts: number }[] = [];
  #inFlight = 0;
  #finishing = false;
  #ended = false;
  acknowledgedCount = 0;
  links = 0;

  constructor(index: number, site: Entered, format: Format, beginSec: number, url: () => string, folder: string) {
    this.site = site;
    this.#maker = { index, vin: site.vin, format, beginSec };
    this.#url = url;
    this.#path = join(folder, `${site.id}.ledger`);
    this.#file = openSync(this.#path, 'a');
  }

  message(number: number, reissue = false): KnownMessage {
    return knownMessage(this.#maker, number, reissue);
  }

  /** Sends until `finish`. */
  async run(): Promise<void> {
    while (!this.#ended) {
      try {
        await this.#serve(await this.#connect());
      } catch (error) {
        if (!(error instanceof LinkError)) throw error;
      }
      if (!this.#ended) await sleep(RETRY_MS);
    }
    closeSync(this.#file);
  }

  /** Makes no new messages, and ends when all are acknowledged. */
  finish(): void {
    this.#finishing = true;
  }

  /** Ends at once, acknowledged or not. */
  abandon(): void {
    this.#finishing = true;
    this.#ended = true;
  }

  get unacknowledged(): number {
    return this.#waiting.length + this.#inFlight;
  }

  record(): TerminalRecord {
    const sent = new Set<number>();
    const acknowledged = new Set<number>();
    let attempts = 0;
    for (const line of readFileSync(this.#path, 'utf8').split('\n')) {
      const [word, number] = line.split(' ');
      if (word === 'sent') {
        sent.add(Number(number));
        attempts += 1;
      } else if (word === 'acknowledged') acknowledged.add(Number(number));
    }
    return { sent, acknowledged, attempts };
  }

  #connect(): Promise<Link> {
    return mqttTransport({ url: this.#url(), terminalId: this.site.id, secret: this.site.secret }).connect();
  }

  async #serve(link: Link): Promise<void> {
    this.links += 1;
    const pump = setInterval(() => this.#pump(link), 20);
    this.#pump(link);
    await link.closed;
    clearInterval(pump);
  }

  #pump(link: Link): void {
    while (this.#inFlight < IN_FLIGHT && !this.#ended) {
      const next = this.#waiting.shift() ?? this.#fresh();
      if (next === undefined) break;
      this.#send(link, next.message, next.attempts);
    }
    if (this.#finishing && this.unacknowledged === 0) this.#ended = true;
    if (this.#ended) void link.close();
  }

  #fresh(): { message: KnownMessage; attempts: number } | undefined {
    if (this.#finishing) return undefined;
    const message = this.message(this.#next);
    this.#next += 1;
    return { message, attempts: 0 };
  }

  #send(link: Link, message: KnownMessage, attempts: number): void {
    this.#inFlight += 1;
    writeSync(this.#file, `sent ${message.number}\n`);
    link.publish(attempts > 0 ? this.message(message.number, true).payload : message.payload).then(
      () => {
        writeSync(this.#file, `acknowledged ${message.number}\n`);
        this.#inFlight -= 1;
        this.acknowledgedCount += 1;
        if (attempts === 0 && message.number % AGAIN_EVERY === 0) this.#waiting.push({ message, attempts: 1 });
        this.#pump(link);
      },
      () => {
        this.#inFlight -= 1;
        this.#waiting.push({ message, attempts: attempts + 1 });
        this.#waiting.sort((a, b) => a.message.number - b.message.number);
      },
    );
  }
}
