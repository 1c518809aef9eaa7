import { connect, type MqttClient } from 'mqtt';
import { type Link, LinkError, type Transport } from './transport.ts';

/** How one terminal reaches the broker. */
export interface MqttOptions {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`. */
  readonly url: string;
  readonly terminalId: string;
  readonly secret: string;
  /** Seconds between signs of life; 60 unless told. */
  readonly keepaliveS?: number;
  /** Receives what the service sends on `down`. */
  readonly onDown?: (payload: Uint8Array) => void;
}

const CONNECT_TIMEOUT_MS = 15_000;

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A terminal's MQTT 3.1.1 session as the contract asks: clean session, last will `offline` on its own status topic, QoS 1 on `up`. */
export function mqttTransport(options: MqttOptions): Transport {
  return { connect: () => open(options) };
}

function open(options: MqttOptions): Promise<Link> {
  const { terminalId } = options;
  const topic = (leaf: string): string => `obd/v1/${terminalId}/${leaf}`;
  // Every link is a client of its own: re-sending is the terminal's business, not the library's.
  const client = connect(options.url, {
    clientId: terminalId,
    username: terminalId,
    password: options.secret,
    clean: true,
    keepalive: options.keepaliveS ?? 60,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    queueQoSZero: false,
    will: { topic: topic('status'), payload: Buffer.from('offline'), qos: 1, retain: true },
  });
  let reason = 'closed';
  const closed = new Promise<string>((resolve) => {
    client.on('close', () => resolve(reason));
    client.on('error', (error) => {
      reason = reasonOf(error);
    });
  });
  return new Promise<Link>((resolve, reject) => {
    client.once('connect', () => {
      if (options.onDown !== undefined) {
        client.on('message', (_topic, payload) => options.onDown?.(payload));
        client.subscribe(topic('down'), { qos: 0 });
      }
      client.publish(topic('status'), 'online', { qos: 1, retain: true });
      resolve(linkOf(client, topic('up'), closed));
    });
    void closed.then((why) => {
      client.end(true);
      reject(new LinkError(`no link to ${options.url} for terminal ${terminalId}: ${why}`));
    });
  });
}

function linkOf(client: MqttClient, up: string, closed: Promise<string>): Link {
  const pending = new Set<(error: LinkError) => void>();
  void closed.then((why) => {
    const error = new LinkError(`link lost before the acknowledgement: ${why}`);
    for (const reject of pending) reject(error);
    pending.clear();
  });
  return {
    closed,
    publish: (payload) =>
      new Promise<void>((resolve, reject) => {
        if (!client.connected) return reject(new LinkError('the link is closed'));
        pending.add(reject);
        client.publish(up, Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength), { qos: 1 }, (error) => {
          pending.delete(reject);
          if (error) reject(new LinkError(reasonOf(error)));
          else resolve();
        });
      }),
    close: async () => {
      await client.endAsync(false).catch(() => client.end(true));
    },
    cut: () => {
      client.stream.destroy();
    },
  };
}
