import net from 'node:net';
import { encodeLogin, encodeLogout } from '@plume/ingest/protocol';
import type { BrokerConfig, BrokerLimits } from '../config.ts';
import type { BrokerDeps, TcpProfile } from '../contract.ts';
import { TestBroker, until } from '../test-kit.ts';

const SEND_TIME_SEC = Date.parse('2026-11-20T14:30:05+08:00') / 1000;

/** VIN of the n-th truck; the terminal on it is T<n>. */
export function vinOf(n: number): string {
  return `LZZ5CLVB0JA${String(n).padStart(6, '0')}`;
}

/** ICCID that is registered for the n-th terminal, where one is. */
export function iccidOf(n: number): string {
  return `89860012345678${String(n).padStart(6, '0')}`;
}

/** A login; the ICCID is the registered one unless told. */
export function loginFrame(n: number, seq = 1, iccid = iccidOf(n)): Uint8Array {
  return encodeLogin({ vin: vinOf(n), timeSec: SEND_TIME_SEC, seq, iccid });
}

/** A frame that differs by `seq`; the door does not look into it. */
export function dataFrame(n: number, seq: number): Uint8Array {
  return encodeLogout({ vin: vinOf(n), timeSec: SEND_TIME_SEC, seq });
}

/** A broker with only the TCP door open. T1 … T99 may enter, those from 90 on only with their ICCID; `profile` is that of all. */
export async function startTcp(
  profile: TcpProfile = { answers: 'none', errors: false },
  limits: Partial<BrokerLimits> = {},
  config: Partial<BrokerConfig> = {},
): Promise<TestBroker> {
  const kit = await TestBroker.start({ mqttPort: null, tcpPort: 0, limits, ...config });
  kit.identification = registryOf(kit, profile);
  return kit;
}

function registryOf(kit: TestBroker, profile: TcpProfile): BrokerDeps['identify'] {
  return (vin, iccid) => {
    if (!kit.isReady) return { ok: false, reason: 'unavailable', terminalId: null };
    const n = Number(/^LZZ5CLVB0JA(\d{6})$/.exec(vin)?.[1] ?? Number.NaN);
    if (Number.isNaN(n) || n > 199) return { ok: false, reason: 'unknown', terminalId: null };
    const terminalId = `T${n}`;
    if (kit.revoked.has(terminalId)) return { ok: false, reason: 'revoked', terminalId };
    if (n > 99) return { ok: false, reason: 'notAllowed', terminalId };
    if (n >= 90 && iccid !== null && iccid !== iccidOf(n)) return { ok: false, reason: 'wrongIccid', terminalId };
    return { ok: true, terminalId, profile };
  };
}

/** A device that sends exactly the bytes it is told to, and keeps what it gets. */
export class RawTerminal {
  readonly socket: net.Socket;
  readonly chunks: Buffer[] = [];
  isClosed = false;
  hasEnded = false;

  constructor(socket: net.Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.chunks.push(chunk));
    socket.on('end', () => {
      this.hasEnded = true;
      socket.end();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.isClosed = true;
    });
  }

  static async open(door: TestBroker | number): Promise<RawTerminal> {
    const port = typeof door === 'number' ? door : (door.broker.ports.tcp ?? 0);
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    const terminal = new RawTerminal(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
    return terminal;
  }

  /** Open, with its login sent and taken. */
  static async login(kit: TestBroker, n: number): Promise<RawTerminal> {
    const terminal = await RawTerminal.open(kit);
    const before = kit.offered.filter((each) => each.envelope.terminalId === `T${n}`).length;
    terminal.send(loginFrame(n));
    await until(
      `the login of T${n}`,
      () => kit.offered.filter((each) => each.envelope.terminalId === `T${n}`).length >= before + 2,
    );
    return terminal;
  }

  send(...pieces: Uint8Array[]): void {
    for (const piece of pieces) this.socket.write(piece);
  }

  /** What has come back, in hexadecimal. */
  get heard(): string {
    return Buffer.concat(this.chunks).toString('hex').toUpperCase();
  }

  async closed(): Promise<void> {
    await until('the connection to be closed', () => this.isClosed || this.hasEnded);
    this.socket.destroy();
  }

  end(): void {
    this.socket.destroy();
  }
}

/** Payloads given to `accept` for the terminal, in hexadecimal; status messages as their text. */
export function offeredBy(kit: TestBroker, terminalId: string): string[] {
  return kit.offered
    .filter((each) => each.envelope.terminalId === terminalId)
    .map(({ envelope, text }) => (envelope.channel === 'status' ? text : hex(envelope.payload)));
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
