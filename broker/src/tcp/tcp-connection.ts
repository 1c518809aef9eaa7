import type { FramerItem } from '@plume/ingest/protocol';
import { claimTerminal } from '../claim-terminal.ts';
import type { Connection } from '../connection.ts';
import type { Overdue } from '../connection-clock.ts';
import type { IncidentKind, TcpProfile } from '../contract.ts';
import type { Hub } from '../hub.ts';
import { StoreQueue } from '../store-queue.ts';
import { type FramerPool, FrameSource } from './frame-source.ts';
import { foreignProtocol, OPENING_BYTES } from './hello.ts';
import { Inbox, type InboxOwner, type Item } from './inbox.ts';
import { admitFirst, admitLogin, identify, type No, type Passport } from './passport.ts';
import type { Unfinished } from './tcp-door.ts';
import type { LinkOwner, TcpLink } from './tcp-link.ts';

/** `first`: its first frame has not come; `claiming`: it waits for its terminal's earlier connection to go; `refused`: it waits for its end. */
type Stage = 'first' | 'claiming' | 'refused' | 'open' | 'closed';

const ONLINE = Buffer.from('online');
const OFFLINE = Buffer.from('offline');
const NO_ANSWERS: TcpProfile = { answers: 'none', errors: false };

/**
 * One connection of a terminal that speaks native frames without MQTT. Its first whole frame tells whose it is; from there on each frame, and each
 * piece that is none, becomes one message, in order, answered as the profile says once it is durable. At every bound it is not read.
 */
export class TcpConnection implements Connection, LinkOwner, InboxOwner {
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
  #inbox: Inbox | null = null;
  readonly #opening: number[] = [];
  /** What came before it was known whose it is. */
  #early: Item[] = [];
  /** When the bytes at hand came, monotonic. */
  #heardMs = 0;
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

  get profile(): TcpProfile {
    return this.#passport?.profile ?? NO_ANSWERS;
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
    if (overdue?.kind === 'frameTimeout') this.#flush();
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
          : this.#link.clock.silenceOverdue(nowMs, this.#source.isOver || (this.#store?.state.pending ?? 0) > 0);
      case 'refused':
      case 'closed':
        return null;
    }
  }

  onData(chunk: Buffer, atMs: number): void {
    if (this.#stage === 'closed' || this.#stage === 'refused') return;
    if (this.#stage === 'first') {
      for (let at = 0; at < chunk.length && this.#opening.length < OPENING_BYTES; at += 1) this.#opening.push(chunk[at] ?? 0);
      const foreign = foreignProtocol(Uint8Array.from(this.#opening));
      if (foreign !== null) {
        this.#refuse({ ok: false, terminalId: null, refusal: null, kind: 'badProtocol', detail: foreign });
        return;
      }
    }
    this.#heardMs = atMs;
    this.#source.append(chunk);
    this.#pump();
  }

  onEnd(): void {
    this.#source.end();
    this.#pump();
  }

  onGone(): void {
    this.#finish(true);
  }

  onDrained(): void {
    this.wake();
  }

  #flush(): void {
    this.#take(this.#source.flush());
    this.#pump();
  }

  #take(found: readonly FramerItem[]): void {
    const items = found.map(({ kind, bytes }) => ({ kind, bytes, atMs: this.#heardMs }));
    if (this.#inbox !== null) this.#inbox.add(items);
    else this.#early.push(...items);
    if (found.length > 0) this.#link.clock.setInside(false);
    this.#link.clock.setInside(this.#source.isInside);
  }

  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    const waitMs = this.#work();
    this.#isPumping = false;
    if (this.#stage === 'closed') return;
    if (Number.isFinite(waitMs) && waitMs > 0) this.#wakeIn(waitMs);
    if (this.#source.isOver && this.#inbox?.isSettled) this.#finish(false);
    else this.#link.setPaused(!this.#wantsMore());
  }

  /** Goes through what has arrived until a bound or its end. Gives what `Inbox.letIn` gave last. */
  #work(): number {
    for (;;) {
      if (this.#stage === 'first') this.#meet();
      const waitMs = this.#inbox?.letIn() ?? Number.POSITIVE_INFINITY;
      const found = this.#wantsMore() ? this.#source.next() : null;
      if (found === null) return waitMs;
      this.#take(found);
    }
  }

  #wantsMore(): boolean {
    return this.#stage === 'first' || (this.#stage === 'open' && this.#inbox?.isEmpty === true);
  }

  /** Looks for the first whole frame, which tells who this is. */
  #meet(): void {
    const first = this.#early.find((item) => item.kind === 'frame');
    if (first === undefined) {
      const limit = this.#hub.limits.tcpMaxFirstBytes;
      const { bytes, isOver } = this.#source;
      if (isOver && bytes === 0) this.#finish(false);
      else if (isOver || bytes > limit) this.cut('badProtocol', `no whole frame in the first ${Math.min(bytes, limit)} bytes`);
      else if (bytes > 0) this.#unfinished.add(this);
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
    const online: Item = { kind: 'online', bytes: ONLINE, atMs: performance.now() };
    this.#inbox = new Inbox(hub, this.#store, this.#link, this, [online, ...this.#early]);
    this.#early = [];
    this.wake();
  }

  mayLogIn(frame: Uint8Array): boolean {
    return this.#passport !== null && this.#renew(admitLogin(this.#hub, frame, this.#passport));
  }

  onSettled(): void {
    if (this.#source.isOver) this.wake();
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
    this.#early = [];
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
    this.#early = [];
    this.#inbox?.clear();
    this.#source.clear();
    this.#unfinished.delete(this);
    this.#hub.forget(this);
    this.#store?.close();
    this.#store?.storeLastWord(OFFLINE);
    this.#link.close(isAbrupt);
    for (const callback of this.#onClosed.splice(0)) callback();
  }
}
