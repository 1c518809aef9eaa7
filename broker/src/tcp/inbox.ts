import { COMMAND, COMMAND_AT, type FramerItem } from '@plume/ingest/protocol';
import type { Acceptance, TcpProfile } from '../contract.ts';
import type { Hub } from '../hub.ts';
import type { StoreQueue } from '../store-queue.ts';
import { answerTo } from './answer.ts';
import type { TcpLink } from './tcp-link.ts';

/** What came from a terminal, or is said in its name: that it is online. */
export interface Item {
  readonly kind: FramerItem['kind'] | 'online';
  readonly bytes: Uint8Array;
  /** Monotonic milliseconds of its receipt. */
  readonly atMs: number;
}

/** What the inbox asks of its connection and tells it. */
export interface InboxOwner {
  readonly profile: TcpProfile;
  send(message: Uint8Array): void;
  /** Looks at a login frame whose turn has come; false: the connection has ended by it. */
  mayLogIn(frame: Uint8Array): boolean;
  /** One more has been stored and answered. */
  onSettled(): void;
}

/** What has come from a known terminal and is not in store yet, and the answers to what is. */
export class Inbox {
  readonly #hub: Hub;
  readonly #store: StoreQueue;
  readonly #link: TcpLink;
  readonly #owner: InboxOwner;
  #items: Item[];
  /** Those before it are in store. */
  #next = 0;

  constructor(hub: Hub, store: StoreQueue, link: TcpLink, owner: InboxOwner, items: readonly Item[]) {
    this.#hub = hub;
    this.#store = store;
    this.#link = link;
    this.#owner = owner;
    this.#items = [...items];
  }

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  /** All that came is stored and answered. */
  get isSettled(): boolean {
    return this.isEmpty && this.#store.pending === 0;
  }

  add(items: readonly Item[]): void {
    for (const item of items) this.#items.push(item);
  }

  clear(): void {
    this.#items = [];
    this.#next = 0;
  }

  /** Hands over what has come. 0: all of it; else in how many milliseconds to go on, Infinity: when woken. */
  letIn(): number {
    for (let item = this.#items[this.#next]; item !== undefined; item = this.#items[this.#next]) {
      const waitMs = this.#waitMs(item);
      if (waitMs > 0) return waitMs;
      this.#next += 1;
      this.#hub.totals.received.tcp += 1;
      this.#hand(item);
    }
    this.clear();
    return 0;
  }

  /** 0: the item may go in, and has its place. Else as `letIn`. */
  #waitMs(item: Item): number {
    const { state } = this.#store;
    if (this.#link.unsentBytes > this.#hub.limits.maxDownBufferBytes) return Number.POSITIVE_INFINITY;
    const now = performance.now();
    const faultWaitMs = state.faults.waitMs(now);
    if (faultWaitMs > 0) {
      this.#store.tellSlowed('sends more broken or refused frames than allowed and is read more slowly', now);
      return faultWaitMs;
    }
    const isLogin = item.kind === 'frame' && item.bytes[COMMAND_AT] === COMMAND.login;
    if (isLogin && !this.#owner.mayLogIn(item.bytes)) return Number.POSITIVE_INFINITY;
    return this.#store.admit(true, item.bytes.length);
  }

  #hand(item: Item): void {
    if (item.kind === 'garbage') this.#store.state.faults.take(1);
    this.#store.store(item.kind === 'online' ? 'status' : 'up', item.bytes, (acceptance) => {
      if (item.kind === 'frame') this.#answer(item, acceptance);
      this.#owner.onSettled();
    });
  }

  /** A late answer would be taken for that to a later frame, which may not be stored: better none. */
  #answer(item: Item, acceptance: Acceptance): void {
    const { limits, totals } = this.#hub;
    const isRefused = acceptance.verdict !== undefined;
    if (isRefused) this.#store.state.faults.take(1);
    if (acceptance.answer !== undefined) this.#owner.send(acceptance.answer);
    const answer = answerTo(item.bytes, this.#owner.profile, isRefused, Date.now());
    if (answer === null) return;
    const isLate = performance.now() - item.atMs > limits.tcpAnswerWithinMs;
    if (isLate || this.#link.write(answer)) totals.answers[isLate ? 'late' : 'sent'] += 1;
  }
}
