import { COMMAND, COMMAND_AT, type FramerItem } from '@plume/ingest/protocol';
import { claimTerminal } from '../claim-terminal.ts';
import type { Connection } from '../connection.ts';
import type { Overdue } from '../connection-clock.ts';
import type { Acceptance, IncidentKind } from '../contract.ts';
import type { Hub } from '../hub.ts';
import { StoreQueue } from '../store-queue.ts';
import { answerTo } from './answer.ts';
import { type FramerPool, FrameSource } from './frame-source.ts';
import { foreignProtocol, OPENING_BYTES } from './hello.ts';
import { admitFirst, admitLogin, identify, type No, type Passport } from './passport.ts';
import type { Unfinished } from './tcp-door.ts';
import type { LinkOwner, TcpLink } from './tcp-link.ts';

/** `first`: its first frame has not come; `claiming`: it waits for its terminal's earlier connection to go; `refused`: it waits for its end. */
type Stage = 'first' | 'claiming' | 'refused' | 'open' | 'closed';

interface Item {
  readonly kind: FramerItem['kind'] | 'online';
  readonly bytes: Uint8Array;
  /** Monotonic milliseconds of its receipt. */
  readonly atMs: number;
}

const ONLINE = Buffer.from('online');
const OFFLINE = Buffer.from('offline');

/**
 * One connection of a terminal that speaks native frames without MQTT. Its first whole frame tells whose it is; from there on each frame, and each
 * piece that is none, becomes one message, in order, answered as the profile says once it is durable. At every bound it is not read.
 */
export class TcpConnection implements Connection, LinkOwner {
  readonly transport = 'tcp';
  readonly isProven = false;
  terminalId: string | null = null;
  readonly #hub: Hub;
  readonly #link: TcpLink;
  readonly #source: FrameSource;
  readonly #unfinished: Unfinished;
  #stage: Stage = 'first';
  #passport: Passport | null = null;
  #store: StoreQueue | null = null;
  readonly #opening: number[] = [];
  #firstBytes = 0;
  /** What has come and is not in store yet; those before `#next` are. */
  #items: Item[] = [];
  #next = 0;
  #hasEnded = false;
  #isPumping = false;
  #isWakeScheduled = false;
  #wakeTimer: NodeJS.Timeout | null = null;
  #onClosed: (() => void)[] = [];

  constructor(hub: Hub, pool: FramerPool, unfinished: Unfinished, link: TcpLink) {
    this.#hub = hub;
    this.#unfinished = unfinished;
    this.#link = link;
    this.#source = new FrameSource(pool);
  }

  /** Begins to read. */
  start(): void {
    this.#hub.all.add(this);
    this.#link.start(this);
  }

  get address(): string | null {
    return this.#link.address;
  }

  get isReady(): boolean {
    return this.#stage === 'open';
  }

  get isBlocked(): boolean {
    return this.#stage === 'open' && this.#link.isPaused;
  }

  claims(terminalId: string): boolean {
    return this.#passport?.terminalId === terminalId;
  }

  whenClosed(callback: () => void): void {
    if (this.#stage === 'closed') callback();
    else this.#onClosed.push(callback);
  }

  wake(): void {
    if (this.#isWakeScheduled || this.#stage === 'closed') return;
    this.#isWakeScheduled = true;
    setImmediate(() => {
      this.#isWakeScheduled = false;
      this.#pump();
    });
  }

  send(message: Uint8Array | string): void {
    const isSent =
      typeof message !== 'string' &&
      this.isReady &&
      this.#link.unsentBytes <= this.#hub.limits.maxDownBufferBytes &&
      this.#link.write(message);
    this.#hub.totals.down[isSent ? 'sent' : 'dropped'] += 1;
  }

  close(): void {
    this.#finish(false);
  }

  sever(): void {
    this.#finish(true);
  }

  pushOut(): void {
    this.#finish(true);
  }

  /** Ends the connection at once and reports why. */
  cut(kind: IncidentKind, detail: string): void {
    if (this.#stage === 'closed') return;
    this.#hub.raise(kind, this.terminalId, this.address, detail);
    this.#finish(true);
  }

  checkTime(nowMs: number): void {
    const overdue = this.#link.clock.drainOverdue(nowMs) ?? this.#overdueInStage(nowMs);
    if (overdue?.kind === 'frameTimeout') this.#take(this.#source.flush());
    else if (overdue !== null) this.cut(overdue.kind, overdue.detail);
    if (this.#passport === null || this.#stage !== 'open') return;
    // The registry may have changed since: the truck has another terminal, or plain TCP is not wanted any more.
    this.#renew(identify(this.#hub, this.#passport.vin, this.#passport.iccid));
  }

  /** Goes by what the registry says now; false when the connection has ended by that. */
  #renew(found: Passport | No): boolean {
    if (!found.ok && found.refusal !== 'unavailable') this.#refuse(found);
    else if (found.ok && found.terminalId !== this.terminalId) this.#finish(true);
    else if (found.ok) this.#passport = found;
    return this.#stage === 'open';
  }

  #overdueInStage(nowMs: number): Overdue | null {
    switch (this.#stage) {
      case 'first':
      case 'claiming':
        return this.#link.clock.loginOverdue(nowMs, this.#stage === 'claiming');
      case 'open':
        return this.#link.isPaused
          ? null
          : this.#link.clock.silenceOverdue(nowMs, this.#hasEnded || (this.#store?.state.pending ?? 0) > 0);
      case 'refused':
      case 'closed':
        return null;
    }
  }

  onData(chunk: Buffer): void {
    if (this.#stage === 'closed' || this.#stage === 'refused') return;
    if (this.#stage === 'first') {
      this.#firstBytes += chunk.length;
      for (let at = 0; at < chunk.length && this.#opening.length < OPENING_BYTES; at += 1) this.#opening.push(chunk[at] ?? 0);
      const foreign = foreignProtocol(Uint8Array.from(this.#opening));
      if (foreign !== null) {
        this.#refuse({ ok: false, terminalId: null, refusal: null, kind: 'badProtocol', detail: foreign });
        return;
      }
    }
    this.#take(this.#source.push(chunk));
  }

  onEnd(): void {
    this.#hasEnded = true;
    this.#take(this.#source.flush());
  }

  onGone(): void {
    this.#finish(true);
  }

  onDrained(): void {
    this.wake();
  }

  #take(found: readonly FramerItem[]): void {
    const atMs = performance.now();
    for (const { kind, bytes } of found) this.#items.push({ kind, bytes, atMs });
    if (found.length > 0) this.#link.clock.setInside(false);
    this.#link.clock.setInside(this.#source.isInside);
    this.#pump();
  }

  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    if (this.#stage === 'first') this.#meet();
    if (this.#stage === 'open') this.#letIn();
    this.#isPumping = false;
    if (this.#stage === 'closed') return;
    if (this.#isDone()) this.#finish(false);
    else this.#link.setPaused(this.#stage !== 'first' && (this.#stage !== 'open' || this.#items.length > 0));
  }

  /** The peer has ended, and all it has sent is stored and answered. */
  #isDone(): boolean {
    return this.#hasEnded && this.#stage === 'open' && this.#items.length === 0 && this.#store?.pending === 0;
  }

  /** Looks for the first whole frame, which tells who this is. */
  #meet(): void {
    const first = this.#items.find((item) => item.kind === 'frame');
    if (first === undefined) {
      const limit = this.#hub.limits.tcpMaxFirstBytes;
      if (this.#hasEnded && this.#firstBytes === 0) this.#finish(false);
      else if (this.#hasEnded || this.#firstBytes > limit)
        this.cut('badProtocol', `no whole frame in the first ${Math.min(this.#firstBytes, limit)} bytes`);
      else if (this.#firstBytes > 0) this.#unfinished.add(this);
      return;
    }
    this.#unfinished.delete(this);
    const answer = admitFirst(this.#hub, first.bytes);
    if (!answer.ok) {
      this.#refuse(answer);
      return;
    }
    this.#passport = answer;
    this.#stage = 'claiming';
    claimTerminal(this.#hub, answer.terminalId, {
      address: this.address,
      isProven: false,
      isWaiting: () => this.#stage === 'claiming',
      enter: () => this.#enter(answer.terminalId),
      refuse: () => this.#dismiss(),
    });
  }

  #enter(terminalId: string): void {
    const hub = this.#hub;
    this.terminalId = terminalId;
    hub.byTerminal.set(terminalId, this);
    hub.totals.logins += 1;
    this.#store = new StoreQueue(hub, terminalId, this, {
      raise: (kind, detail) => hub.raise(kind, terminalId, this.address, detail),
      giveUp: () => this.#finish(false),
      answered: () => this.#link.clock.restartIdle(),
    });
    this.#stage = 'open';
    this.#link.clock.setIdleLimit(hub.limits.maxIdleMs);
    this.#items.unshift({ kind: 'online', bytes: ONLINE, atMs: performance.now() });
    this.wake();
  }

  /** Hands over what has come, until a bound or the end of it. */
  #letIn(): void {
    const store = this.#store;
    if (store === null) return;
    for (let item = this.#items[this.#next]; item !== undefined; item = this.#items[this.#next]) {
      const waitMs = this.#waitMs(store, item);
      if (waitMs > 0) {
        if (Number.isFinite(waitMs)) this.#wakeIn(waitMs);
        return;
      }
      this.#next += 1;
      this.#hub.totals.received.tcp += 1;
      this.#storeItem(store, item);
      if (this.#stage !== 'open') return;
    }
    this.#items = [];
    this.#next = 0;
  }

  /** 0: the item may go in, and has its place. Else as `StoreQueue.admit`; Infinity also when the connection has just been refused. */
  #waitMs(store: StoreQueue, item: Item): number {
    const { limits } = this.#hub;
    if (this.#link.unsentBytes > limits.maxDownBufferBytes) return Number.POSITIVE_INFINITY;
    const now = performance.now();
    const faultWaitMs = store.state.faults.waitMs(now);
    if (faultWaitMs > 0) {
      store.tellSlowed('sends more broken or refused frames than allowed and is read more slowly', now);
      return faultWaitMs;
    }
    const isLogin = item.kind === 'frame' && item.bytes[COMMAND_AT] === COMMAND.login;
    if (isLogin && this.#passport && !this.#renew(admitLogin(this.#hub, item.bytes, this.#passport)))
      return Number.POSITIVE_INFINITY;
    return store.admit(true, item.bytes.length);
  }

  #storeItem(store: StoreQueue, item: Item): void {
    switch (item.kind) {
      case 'online':
        store.store('status', item.bytes, () => this.#settled());
        return;
      case 'garbage':
        store.state.faults.take(1);
        store.store('up', item.bytes, () => this.#settled());
        return;
      case 'frame':
        store.store('up', item.bytes, (acceptance) => {
          this.#answer(store, item, acceptance);
          this.#settled();
        });
    }
  }

  #settled(): void {
    if (this.#hasEnded) this.wake();
  }

  /** A late answer would be taken for that to a later frame, which may not be stored: better none. */
  #answer(store: StoreQueue, item: Item, acceptance: Acceptance): void {
    const { limits, totals } = this.#hub;
    const isRefused = acceptance.verdict !== undefined;
    if (isRefused) store.state.faults.take(1);
    if (acceptance.answer !== undefined) this.send(acceptance.answer);
    const answer = this.#passport && answerTo(item.bytes, this.#passport.profile, isRefused, Date.now());
    if (answer === null) return;
    const isLate = performance.now() - item.atMs > limits.tcpAnswerWithinMs;
    if (isLate || this.#link.write(answer)) totals.answers[isLate ? 'late' : 'sent'] += 1;
  }

  #wakeIn(waitMs: number): void {
    this.#wakeTimer ??= setTimeout(() => {
      this.#wakeTimer = null;
      this.#pump();
    }, waitMs);
  }

  #refuse(no: No): void {
    const hub = this.#hub;
    if (no.refusal !== null) hub.refuse(no.refusal);
    if (no.kind !== null) hub.raise(no.kind, no.terminalId, this.address, no.detail);
    if (no.kind === null || this.#stage === 'open') this.#finish(true);
    else this.#dismiss();
  }

  /** Takes nothing more and closes a little later, each time longer, so that a device that comes back at once, or guesses, is slow. */
  #dismiss(): void {
    const hub = this.#hub;
    if (hub.delayedAnswers >= hub.limits.maxDelayedAnswers) {
      this.#finish(true);
      return;
    }
    this.#stage = 'refused';
    this.#items = [];
    this.#source.clear();
    this.#unfinished.delete(this);
    this.#link.setPaused(true);
    hub.delayedAnswers += 1;
    const timer = setTimeout(() => this.#finish(true), hub.failures.failed([`tcp ${this.address}`], performance.now()));
    this.whenClosed(() => {
      clearTimeout(timer);
      hub.delayedAnswers -= 1;
    });
  }

  #finish(isAbrupt: boolean): void {
    if (this.#stage === 'closed') return;
    this.#stage = 'closed';
    if (this.#wakeTimer !== null) clearTimeout(this.#wakeTimer);
    this.#items = [];
    this.#source.clear();
    this.#unfinished.delete(this);
    this.#hub.forget(this);
    this.#store?.close();
    this.#store?.storeLastWord(OFFLINE);
    this.#link.close(isAbrupt);
    for (const callback of this.#onClosed.splice(0)) callback();
  }
}
