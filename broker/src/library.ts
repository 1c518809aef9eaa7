import type { EventEmitter } from 'node:events';
import { Aedes, type Client } from 'aedes';
import { Hooks, sessionOf } from './hooks.ts';
import type { Hub } from './hub.ts';

/** The MQTT library and its types as the rest of the broker speaks of them; only this file names it. */
export type AedesClient = Client;
export type { Aedes, AuthenticateError, ConnectPacket, PublishPacket, Subscription } from 'aedes';

const MAX_ID_LENGTH = 64;
const MAX_DETAIL = 80;
/** Emitter listeners of the library that may run at the same time; it delivers nothing of ours. */
const CONCURRENCY = 100;
/** The library has time-outs of its own for the same; ours come first and report. */
const LATER_MS = 5_000;

/** The library with our hooks, our store and our bounds in place. */
export async function createAedes(hub: Hub): Promise<Aedes> {
  const { limits, deps } = hub;
  const hooks = new Hooks(hub);
  const aedes = await Aedes.createBroker({
    persistence: hub.store,
    concurrency: CONCURRENCY,
    connectTimeout: limits.connectTimeoutMs + limits.maxFailureDelayMs + LATER_MS,
    drainTimeout: limits.drainTimeoutMs + LATER_MS,
    queueLimit: limits.queueLimit,
    maxInflightInbound: limits.maxHalfOpenQos2,
    maxClientsIdLength: MAX_ID_LENGTH,
    maxTopicLevels: limits.maxTopicLevels,
    preConnect: hooks.preConnect,
    authenticate: hooks.authenticate,
    authorizePublish: hooks.authorizePublish,
    authorizeSubscribe: hooks.authorizeSubscribe,
  });
  aedes.on('clientReady', (client) => sessionOf(client).ready());
  aedes.on('unsubscribe', (topics, client) => {
    const session = sessionOf(client);
    if (session.topics !== null && topics.includes(session.topics.down)) session.isListening = false;
  });
  // One line for each would be one line for each message of a cut connection; they are counted.
  aedes.on('clientError', () => {
    hub.totals.connectionErrors += 1;
  });
  aedes.on('connectionError', (client, error) => {
    hub.totals.connectionErrors += 1;
    const session = sessionOf(client);
    if (session.gate.stage === 'login' || session.claim === null)
      hub.raise('badProtocol', null, session.gate.address, error.message.slice(0, MAX_DETAIL));
  });
  const emitter: EventEmitter = aedes;
  emitter.on('error', (error: Error) => deps.log.error({ err: error }, 'the MQTT library reports an error'));
  return aedes;
}
