import { connect, type Socket } from 'node:net';

/** MQTT 3.1.1 packet types (§2.2.1) this client uses. */
const CONNECT = 0x10;
const CONNACK = 0x20;
const PUBLISH_QOS1 = 0x32;
const PUBACK = 0x40;
const PINGREQ = 0xc0;
const DISCONNECT = 0xe0;

const CLEAN_WITH_NAME = 0xc2;
const KEEPALIVE_S = 600;
const MAX_PACKET_ID = 65_535;

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

function remainingLength(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return bytes;
}

/** What a connection tells its owner. */
export interface LoadEvents {
  /** A message was acknowledged; acknowledgements come in the order of sending. */
  readonly onAck: () => void;
  /** The connection ended, on purpose or not. */
  readonly onClosed: () => void;
}

/** A lean MQTT 3.1.1 publisher for measuring: no timers, no copies but one, messages of one topic with QoS 1. */
export class LoadConnection {
  #socket: Socket;
  #prefix: Buffer;
  #payloadBytes: number;
  #packetId = 0;
  #rest: Buffer = Buffer.alloc(0);
  #events: LoadEvents;
  #opened: ((error?: Error) => void) | undefined;

  private constructor(socket: Socket, topic: string, payloadBytes: number, events: LoadEvents) {
    this.#socket = socket;
    this.#payloadBytes = payloadBytes;
    this.#events = events;
    const name = text(topic);
    this.#prefix = Buffer.concat([Buffer.from([PUBLISH_QOS1, ...remainingLength(name.length + 2 + payloadBytes)]), name]);
  }

  /** Opens a session of a terminal. All its messages have `payloadBytes` bytes. Rejects when the broker refuses. */
  static open(
    host: string,
    port: number,
    terminalId: string,
    secret: string,
    payloadBytes: number,
    events: LoadEvents,
  ): Promise<LoadConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, host);
      socket.setNoDelay(true);
      const connection = new LoadConnection(socket, `obd/v1/${terminalId}/up`, payloadBytes, events);
      connection.#opened = (error) => {
        connection.#opened = undefined;
        if (error === undefined) return resolve(connection);
        socket.destroy();
        reject(error);
      };
      socket.on('connect', () => {
        const body = Buffer.concat([
          text('MQTT'),
          Buffer.from([4, CLEAN_WITH_NAME, KEEPALIVE_S >> 8, KEEPALIVE_S & 0xff]),
          text(terminalId),
          text(terminalId),
          text(secret),
        ]);
        socket.write(Buffer.concat([Buffer.from([CONNECT, ...remainingLength(body.length)]), body]));
      });
      socket.on('data', (chunk) => connection.#read(chunk));
      socket.on('error', (error) => connection.#opened?.(error));
      socket.on('close', () => {
        connection.#opened?.(new Error(`the broker closed the connection of ${terminalId} before CONNACK`));
        events.onClosed();
      });
    });
  }

  /** Sends one message; `fill` writes its payload into the packet. */
  publish(fill: (packet: Buffer, at: number) => void): void {
    const at = this.#prefix.length + 2;
    const packet = Buffer.allocUnsafe(at + this.#payloadBytes);
    packet.set(this.#prefix);
    this.#packetId = (this.#packetId % MAX_PACKET_ID) + 1;
    packet.writeUInt16BE(this.#packetId, at - 2);
    fill(packet, at);
    this.#socket.write(packet);
  }

  /** Holds back what is written until `uncork`, so that a burst leaves in one call. */
  cork(): void {
    this.#socket.cork();
  }

  /** Lets it go. */
  uncork(): void {
    this.#socket.uncork();
  }

  /** A sign of life. */
  ping(): void {
    this.#socket.write(Buffer.from([PINGREQ, 0]));
  }

  /** Says goodbye and closes. */
  end(): void {
    this.#socket.end(Buffer.from([DISCONNECT, 0]));
  }

  #read(chunk: Buffer): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    while (at + 2 <= bytes.length) {
      let length = 0;
      let header = 1;
      for (let scale = 1; ; scale *= 128, header += 1) {
        const byte = bytes[at + header];
        if (byte === undefined) break;
        length += (byte & 0x7f) * scale;
        if (byte < 0x80) break;
      }
      const end = at + header + 1 + length;
      if (end > bytes.length) break;
      this.#take(bytes[at] ?? 0, bytes[end - 1] ?? 0);
      at = end;
    }
    this.#rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : Buffer.alloc(0);
  }

  #take(type: number, lastByte: number): void {
    if ((type & 0xf0) === PUBACK) this.#events.onAck();
    else if ((type & 0xf0) === CONNACK)
      this.#opened?.(lastByte === 0 ? undefined : new Error(`the broker refused the login, return code ${lastByte}`));
  }
}
