import net, { type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import tls, { type ConnectionOptions } from 'node:tls';
import { generate, type IConnackPacket, type IConnectPacket, type Packet, parser } from 'mqtt-packet';
import { topicsOf } from './access.ts';
import type { BrokerConfig } from './config.ts';
import type { Acceptance, Authentication, BrokerDeps, Envelope, Incident, IncidentKind } from './contract.ts';
import { type Broker, startBroker } from './start-broker.ts';

const WAIT_MS = 10_000;
const LOOPBACK = '127.0.0.1';

/** A message given to `accept`, with the handle that settles it. */
export interface Offered {
  envelope: Envelope;
  text: string;
  settle: (acceptance: Acceptance) => void;
}

/** A broker on loopback with recording dependencies. Every terminal `T…` has the secret `secret-of-<id>`. */
export class TestBroker {
  broker!: Broker;
  readonly offered: Offered[] = [];
  readonly incidents: Incident[] = [];
  readonly logLines: { level: string; message: string; fields: object }[] = [];
  readonly revoked = new Set<string>();
  isReady = true;
  /** While true, messages wait for `settle`. */
  holds = false;
  authenticateThrows = false;
  /** Who is who on plain TCP. */
  identification: BrokerDeps['identify'] = () => ({ ok: false, reason: 'unknown', terminalId: null });
  acceptance: (envelope: Envelope) => Acceptance = () => ({ ack: true });

  static async start(config: Partial<BrokerConfig> = {}): Promise<TestBroker> {
    const kit = new TestBroker();
    const line = (level: string) => (fields: object, message: string) => void kit.logLines.push({ level, message, fields });
    kit.broker = await startBroker(
      { host: LOOPBACK, mqttPort: 0, mqttsPort: null, tcpPort: null, tls: null, ...config },
      {
        authenticate: (id, secret) => kit.#authenticate(id, secret),
        identify: (vin, iccid) => kit.identification(vin, iccid),
        accept: (envelope) => kit.#accept(envelope),
        onIncident: (incident) => void kit.incidents.push(incident),
        log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
      },
    );
    return kit;
  }

  get port(): number {
    return this.broker.ports.mqtt ?? 0;
  }

  kinds(): IncidentKind[] {
    return this.incidents.map((each) => each.kind);
  }

  texts(channel: 'up' | 'status' = 'up'): string[] {
    return this.offered.filter((each) => each.envelope.channel === channel).map((each) => each.text);
  }

  /** Settles everything held so far, in order. */
  settleAll(acceptance: Acceptance = { ack: true }): void {
    for (const each of this.offered) each.settle(acceptance);
  }

  #authenticate(id: string, secret: Buffer): Authentication {
    if (this.authenticateThrows) throw new Error('the cache is broken');
    if (!this.isReady) return { ok: false, reason: 'unavailable' };
    if (!id.startsWith('T')) return { ok: false, reason: 'unknown' };
    if (this.revoked.has(id)) return { ok: false, reason: 'revoked' };
    return secret.toString() === secretOf(id) ? { ok: true } : { ok: false, reason: 'wrong' };
  }

  #accept(envelope: Envelope): Promise<Acceptance> {
    return new Promise((resolve) => {
      this.offered.push({ envelope, text: Buffer.from(envelope.payload).toString(), settle: resolve });
      if (!this.holds) resolve(this.acceptance(envelope));
    });
  }
}

export function secretOf(terminalId: string): string {
  return `secret-of-${terminalId}`;
}

/** A CONNECT as a terminal of the kit sends it. */
export function connectPacket(terminalId: string, overrides: Partial<IConnectPacket> = {}): IConnectPacket {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId: terminalId,
    keepalive: 60,
    username: terminalId,
    password: Buffer.from(secretOf(terminalId)),
    ...overrides,
  };
}

/** A client that sends exactly the bytes it is told to, and keeps every packet it gets. */
export class RawClient {
  readonly stream: Duplex;
  readonly packets: Packet[] = [];
  isClosed = false;
  /** The error the connection ended with; null for a proper end. */
  error: Error | null = null;

  constructor(stream: Duplex) {
    this.stream = stream;
    const incoming = parser();
    incoming.on('packet', (packet: Packet) => this.packets.push(packet));
    stream.on('data', (chunk: Buffer) => incoming.parse(chunk));
    stream.on('error', (error: Error) => {
      this.error = error;
      this.stream.destroy();
    });
    stream.on('end', () => this.stream.destroy());
    stream.on('close', () => {
      this.isClosed = true;
    });
  }

  /** A TCP connection; resolves when it is open. */
  static async open(port: number): Promise<RawClient> {
    const socket = net.connect({ port, host: LOOPBACK, noDelay: true });
    const client = new RawClient(socket);
    await opened(socket, 'connect');
    return client;
  }

  static async openTls(port: number, options: ConnectionOptions): Promise<RawClient> {
    const socket = tls.connect({ port, host: LOOPBACK, ...options });
    const client = new RawClient(socket);
    await opened(socket, 'secureConnect');
    return client;
  }

  /** Connected and logged in as a terminal of the kit. */
  static async login(port: number, terminalId: string, overrides: Partial<IConnectPacket> = {}): Promise<RawClient> {
    const client = await RawClient.open(port);
    const connack = await client.connect(terminalId, overrides);
    if (connack.returnCode !== 0) throw new Error(`login refused with ${connack.returnCode}`);
    return client;
  }

  async connect(terminalId: string, overrides: Partial<IConnectPacket> = {}): Promise<IConnackPacket> {
    this.send(connectPacket(terminalId, overrides));
    return await this.connack();
  }

  async connack(): Promise<IConnackPacket> {
    return await until('a CONNACK', () => this.packets.find((each): each is IConnackPacket => each.cmd === 'connack'));
  }

  send(packet: Packet): void {
    this.stream.write(generate(packet));
  }

  publish(
    topic: string,
    payload: string | Buffer,
    options: { qos?: 0 | 1 | 2; messageId?: number; retain?: boolean; dup?: boolean } = {},
  ): void {
    this.send(publishPacket(topic, payload, options));
  }

  /** The message identifiers acknowledged by packets of this kind, in the order they came. */
  ids(cmd: 'puback' | 'pubrec' | 'pubcomp'): (number | undefined)[] {
    return this.packets.filter((each) => each.cmd === cmd).map((each) => each.messageId);
  }

  /** Payloads that arrived on the given topic. */
  received(topic: string): string[] {
    return this.packets.flatMap((each) => (each.cmd === 'publish' && each.topic === topic ? [each.payload.toString()] : []));
  }

  async subscribe(...filters: string[]): Promise<(number | object)[]> {
    const messageId = 1 + (this.packets.length % 1000);
    this.send({ cmd: 'subscribe', messageId, subscriptions: filters.map((topic) => ({ topic, qos: 0 as const })) });
    const suback = await until('a SUBACK', () =>
      this.packets.find((each) => each.cmd === 'suback' && each.messageId === messageId),
    );
    return suback.cmd === 'suback' ? suback.granted : [];
  }

  async closed(): Promise<void> {
    await until('the connection to be closed', () => this.isClosed || undefined);
  }

  end(): void {
    this.stream.destroy();
  }
}

export function publishPacket(
  topic: string,
  payload: string | Buffer,
  options: { qos?: 0 | 1 | 2; messageId?: number; retain?: boolean; dup?: boolean } = {},
): Packet {
  const { qos = 1, messageId = 1, retain = false, dup = false } = options;
  return { cmd: 'publish', topic, payload, qos, retain, dup, ...(qos > 0 ? { messageId } : {}) };
}

export const up = (terminalId: string): string => topicsOf(terminalId).up;
export const status = (terminalId: string): string => topicsOf(terminalId).status;
export const down = (terminalId: string): string => topicsOf(terminalId).down;

/** Waits for something to become true and gives it; fails with its name after a generous time. */
export async function until<T>(what: string, look: () => T | undefined | null | false): Promise<T> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const seen = look();
    if (seen !== undefined && seen !== null && seen !== false) return seen;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await pause(2);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function opened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve());
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed before it was open')));
  });
}
