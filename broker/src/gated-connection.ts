import { Duplex } from 'node:stream';
import { REFUSED } from './access.ts';
import type { BrokerLimits } from './config.ts';
import { ConnectionClock, type Overdue } from './connection-clock.ts';
import type { IncidentKind, Transport } from './contract.ts';
import type { Totals } from './counters.ts';
import { linger } from './linger.ts';
import { PACKET, type PacketFrame, PacketFramer } from './packet-framer.ts';

/** What a connection asks of its session and tells it. */
export interface GateOwner {
  /**
   * May this packet go in? 0: yes, and a place has been taken for it. A number of milliseconds: ask again after that time.
   * Infinity: ask again when woken.
   */
  admit(isPublish: boolean, bytes: number): number;
  /** Something the peer must not do; the connection is cut by the caller. */
  onViolation(kind: IncidentKind, detail: string): void;
  /** The stream has ended; nothing will come out any more. */
  onClosed(): void;
  /** True while the terminal waits for us (messages being stored), so that its silence is not its fault. */
  isWaitingForUs(): boolean;
}

/** How far the peer has come. `login`: its CONNECT is being answered, nothing more is let in. */
export type GateStage = 'hello' | 'login' | 'open' | 'closed';

const CLIENT_PACKETS: ReadonlySet<number> = new Set(Object.values(PACKET));
/** Unsent bytes above which nothing more is read from the peer. */
const MAX_UNSENT_BYTES = 256 * 1024;
const MAX_READABLE_TURNS = 100_000;
const MAX_FAULT_CHARS = 80;

/**
 * The connection as the MQTT library sees it. It stands between the socket and the library and lets one whole packet through at
 * a time, so every bound is kept before the library has seen a byte: packet sizes, one CONNECT and nothing more before the
 * login, messages being stored at the same time, rates, unsent bytes. At a bound it stops reading the socket; it never drops.
 */
export class GatedConnection extends Duplex {
  readonly transport: Transport;
  readonly address: string | null;
  /** Common name of the verified client certificate; null where none is asked for. */
  readonly certificateName: string | null;
  #owner: GateOwner | null = null;
  #stage: GateStage = 'hello';
  readonly #raw: Duplex;
  readonly #limits: BrokerLimits;
  readonly #totals: Totals;
  readonly #framer: PacketFramer;
  readonly #clock: ConnectionClock;
  /** A packet that has been cut out and waits to be let in. */
  #held: PacketFrame | null = null;
  #rawEnded = false;
  #hasEnded = false;
  #downstreamFull = false;
  #isBlocked = false;
  #isPumping = false;
  #wakeTimer: NodeJS.Timeout | null = null;
  #isWakeScheduled = false;
  #isAbrupt = false;

  constructor(
    raw: Duplex,
    peer: { transport: Transport; address: string | null; certificateName: string | null },
    limits: BrokerLimits,
    totals: Totals,
  ) {
    super({ readableHighWaterMark: limits.maxPacketBytes, allowHalfOpen: true });
    this.transport = peer.transport;
    this.address = peer.address;
    this.certificateName = peer.certificateName;
    this.#clock = new ConnectionClock(limits, 'CONNECT');
    this.#raw = raw;
    this.#limits = limits;
    this.#totals = totals;
    this.#framer = new PacketFramer(limits.maxLoginBytes);
  }

  get stage(): GateStage {
    return this.#stage;
  }

  /** True while the socket is not being read because a bound is reached. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Begins to read. Called once, when everything that listens is in place. */
  start(owner: GateOwner): void {
    this.#owner = owner;
    this.#raw.on('data', (chunk: Buffer) => this.#onData(chunk));
    this.#raw.on('end', () => {
      this.#rawEnded = true;
      this.#pump();
    });
    this.#raw.on('error', (error: Error & { code?: string }) => {
      if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
        this.cut('oversizedPacket', 'WebSocket message longer than allowed');
      else this.destroy();
    });
    this.#raw.on('close', () => {
      // A peer that has said all it had to say and left properly: what it sent is still let in.
      if (!this.#rawEnded) this.destroy();
    });
  }

  /** The login is complete: larger packets are allowed, and silence up to `idleLimitMs`. */
  open(idleLimitMs: number): void {
    if (this.#stage === 'closed') return;
    this.#stage = 'open';
    this.#framer.maxRemainingBytes = this.#limits.maxPacketBytes;
    this.#clock.setIdleLimit(idleLimitMs);
    this.wake();
  }

  /** The terminal has just been answered: its silence counts from here. */
  restartIdle(): void {
    this.#clock.restartIdle();
  }

  /** A bound may have been lifted. Many calls within one turn of the event loop look once. */
  wake(): void {
    if (this.#isWakeScheduled || this.#stage === 'closed') return;
    this.#isWakeScheduled = true;
    setImmediate(() => {
      this.#isWakeScheduled = false;
      this.#pump();
    });
  }

  /** Ends the connection at once and reports why. */
  cut(kind: IncidentKind, detail: string): void {
    if (this.#stage === 'closed') return;
    this.#isAbrupt = true;
    this.#owner?.onViolation(kind, detail);
    this.destroy();
  }

  /** Ends the connection at once. */
  sever(): void {
    this.#isAbrupt = true;
    this.destroy();
  }

  /** Looks at the time-outs; called by a timer common to all connections. */
  checkTime(nowMs: number): void {
    if (this.#stage === 'closed') return;
    const overdue = this.#clock.drainOverdue(nowMs) ?? this.#overdueInStage(nowMs);
    if (overdue !== null) this.cut(overdue.kind, overdue.detail);
  }

  #overdueInStage(nowMs: number): Overdue | null {
    if (this.#stage !== 'open') return this.#clock.loginOverdue(nowMs, this.#stage === 'login');
    return this.#isBlocked ? null : this.#clock.silenceOverdue(nowMs, this.#owner?.isWaitingForUs() !== false);
  }

  #onData(chunk: Buffer): void {
    this.#totals.bytesIn += chunk.length;
    if (this.#stage === 'closed') return;
    this.#clock.restartIdle();
    if (this.#stage === 'hello' && !this.#framer.isInside && (chunk[0] ?? 0) >> 4 !== PACKET.connect) {
      this.cut('badProtocol', 'the first packet is not CONNECT');
      return;
    }
    this.#framer.append(chunk);
    this.#pump();
  }

  #pump(): void {
    if (this.#isPumping || this.#stage === 'closed' || this.#owner === null) return;
    this.#isPumping = true;
    const needsMore = this.#letIn();
    this.#deliver();
    this.#isPumping = false;
    if (this.destroyed) return;
    if (needsMore && this.#rawEnded && !this.#hasEnded) {
      this.#hasEnded = true;
      this.push(null);
      this.#deliver();
      // The library may not be reading; the end must reach it all the same.
      this.read(0);
    }
    this.#setBlocked(!needsMore);
  }

  /** Lets packets in until a bound or the end of what has arrived; true: more bytes are wanted. */
  #letIn(): boolean {
    for (;;) {
      if (this.#downstreamFull || this.writableLength > MAX_UNSENT_BYTES) return false;
      if (this.#held === null && this.#stage === 'login') return false;
      const frame = this.#held ?? this.#nextFrame();
      if (frame === null) return !this.destroyed;
      this.#held = frame;
      if (!this.#admits(frame)) return false;
      this.#held = null;
      if (!this.push(frame.bytes)) this.#downstreamFull = true;
      if (this.destroyed) return false;
    }
  }

  /**
   * Makes the library take what has been let in, now. Left alone it reads on only when its earlier messages are done, and
   * leaves pings unanswered meanwhile; here the bounds have been kept already. It counts down one of those messages at each `readable`. A fault of its parser ends up here
   * as well, and ends this connection instead of the process.
   */
  #deliver(): void {
    try {
      for (let turn = 0; turn < MAX_READABLE_TURNS && this.readableLength > 0 && this.listenerCount('readable') > 0; turn += 1) {
        this.emit('readable');
      }
    } catch (cause) {
      this.cut(
        'badProtocol',
        `a packet could not be read: ${cause instanceof Error ? cause.message.slice(0, MAX_FAULT_CHARS) : 'unknown'}`,
      );
    }
  }

  #nextFrame(): PacketFrame | null {
    const next = this.#framer.next();
    if (next === null) {
      this.#clock.setInside(this.#framer.isInside);
      return null;
    }
    this.#clock.setInside(false);
    if (!('fault' in next)) return next;
    if (next.fault === 'oversized') {
      this.cut('oversizedPacket', `a packet of ${next.remainingLength} bytes, allowed are ${this.#framer.maxRemainingBytes}`);
    } else {
      this.cut('badProtocol', 'packet length is malformed');
    }
    return null;
  }

  #admits(frame: PacketFrame): boolean {
    if (this.#stage === 'hello') {
      if (frame.type !== PACKET.connect) {
        this.cut('badProtocol', 'the first packet is not CONNECT');
        return false;
      }
      this.#stage = 'login';
      return true;
    }
    if (frame.type === PACKET.connect || !CLIENT_PACKETS.has(frame.type)) {
      this.cut('badProtocol', `packet type ${frame.type} is not allowed here`);
      return false;
    }
    const waitMs = this.#owner?.admit(frame.type === PACKET.publish, frame.bytes.length) ?? Number.POSITIVE_INFINITY;
    if (waitMs === 0) return true;
    if (Number.isFinite(waitMs) && this.#wakeTimer === null) {
      this.#wakeTimer = setTimeout(() => {
        this.#wakeTimer = null;
        this.#pump();
      }, waitMs);
    }
    return false;
  }

  #setBlocked(blocked: boolean): void {
    if (blocked) {
      this.#raw.pause();
    } else {
      if (this.#isBlocked) this.#clock.resume();
      this.#raw.resume();
    }
    this.#isBlocked = blocked && this.#stage !== 'login';
  }

  override _read(): void {
    if (!this.#downstreamFull) return;
    this.#downstreamFull = false;
    this.wake();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#send(Buffer.concat(chunks.map((each) => each.chunk)), done);
  }

  #send(bytes: Buffer, done: (error?: Error | null) => void): void {
    if (this.#rawEnded && this.#raw.destroyed) {
      done();
      return;
    }
    this.#totals.bytesOut += bytes.length;
    this.#clock.setWriting(true);
    this.#raw.write(bytes, (error) => {
      this.#clock.setWriting(false);
      done(error);
      if (this.#isBlocked) this.wake();
    });
  }

  override _final(done: () => void): void {
    this.#raw.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // The library ends a connection with an error for what it finds wrong itself; errors of the link carry a code.
    if (error !== null && this.#stage === 'open' && !('code' in error) && error.message !== REFUSED) {
      this.#owner?.onViolation('badProtocol', error.message.slice(0, MAX_FAULT_CHARS));
    }
    this.#stage = 'closed';
    this.#isBlocked = false;
    if (this.#wakeTimer !== null) clearTimeout(this.#wakeTimer);
    this.#framer.clear();
    this.#held = null;
    if (this.#isAbrupt) this.#raw.destroy();
    else linger(this.#raw, this.#limits.lingerMs);
    this.#owner?.onClosed();
    done(error);
  }
}
