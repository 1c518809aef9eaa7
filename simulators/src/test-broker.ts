import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A publish that reached the test's broker. */
export interface Arrived {
  readonly clientId: string;
  readonly topic: string;
  readonly payload: Buffer;
}

/** A broker for tests: MQTT 3.1.1 as far as a terminal needs it. `accept` says whether a publish is acknowledged or the connection cut. */
export interface PubackServer {
  readonly port: number;
  readonly arrived: Arrived[];
  accept: (message: Arrived, count: number) => 'ack' | 'cut' | 'silence';
  /** Answer to CONNECT: 0 accepts, 5 refuses. */
  returnCode: number;
  connections: number;
  stop(): Promise<void>;
}

function readLength(bytes: Buffer, at: number): { value: number; next: number } | undefined {
  let value = 0;
  for (let i = 0, scale = 1; i < 4; i += 1, scale *= 128) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, next: at + i + 1 };
  }
  return undefined;
}

/** Starts the broker on a free port of this machine. */
export async function pubackServer(): Promise<PubackServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    api.connections += 1;
    socket.setNoDelay(true);
    let rest = Buffer.alloc(0);
    let clientId = '';
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        const length = readLength(rest, 1);
        if (length === undefined || rest.length < length.next + length.value) return;
        const type = rest[0] ?? 0;
        const body = rest.subarray(length.next, length.next + length.value);
        rest = rest.subarray(length.next + length.value);
        if (type === 0x10) {
          clientId = body.subarray(12, 12 + body.readUInt16BE(10)).toString();
          socket.write(Buffer.from([0x20, 2, 0, api.returnCode]));
          if (api.returnCode !== 0) socket.end();
        } else if ((type & 0xf0) === 0x30) {
          const name = body.readUInt16BE(0);
          const message = {
            clientId,
            topic: body.subarray(2, 2 + name).toString(),
            payload: Buffer.from(body.subarray(4 + name)),
          };
          const status = message.topic.endsWith('/status');
          if (!status) api.arrived.push(message);
          const verdict = status ? 'ack' : api.accept(message, api.arrived.length);
          if (verdict === 'cut') return void socket.destroy();
          if (verdict === 'ack') socket.write(Buffer.from([0x40, 2, body[2 + name] ?? 0, body[3 + name] ?? 0]));
        } else if (type === 0xc0) {
          socket.write(Buffer.from([0xd0, 0]));
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api: PubackServer = {
    port: (server.address() as AddressInfo).port,
    arrived: [],
    accept: () => 'ack',
    returnCode: 0,
    connections: 0,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return api;
}
