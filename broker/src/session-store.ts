import { Readable } from 'node:stream';
import { topicsOf } from './access.ts';

interface ClientId {
  id: string;
}

interface Subscription {
  topic: string;
  qos: number;
  rh?: number;
  rap?: boolean;
  nl?: boolean;
}

interface Numbered {
  messageId?: number;
}

const nothing = (): Readable => Readable.from([]);
const DONE: Promise<void> = Promise.resolve();
const NONE: Promise<undefined> = Promise.resolve(undefined);
const noSuchPacket = (): Promise<never> => Promise.reject(new Error('no such packet'));

/**
 * What the MQTT library may remember between connections, and no more: the one subscription a terminal can have, and the
 * identifiers of its half-open QoS 2 messages. Retained messages and queues for absent subscribers have no reader here (nobody
 * may subscribe to another's topic, and `down` is QoS 0), so they are not kept at all; messages are kept by `accept`.
 * The methods are those the library calls on its persistence.
 */
export class SessionStore {
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #incoming = new Map<string, Set<number>>();

  /** Terminals with a remembered subscription, and half-open QoS 2 messages of all. */
  size(): { subscriptions: number; incoming: number } {
    let incoming = 0;
    for (const ids of this.#incoming.values()) incoming += ids.size;
    return { subscriptions: this.#subscriptions.size, incoming };
  }

  /** Forgets everything about a terminal. */
  forget(terminalId: string): void {
    this.#subscriptions.delete(terminalId);
    this.#incoming.delete(terminalId);
  }

  /** Forgets the half-open QoS 2 messages of a connection that has ended; sent again, they are found to be duplicates by their content. */
  forgetIncoming(terminalId: string): void {
    this.#incoming.delete(terminalId);
  }

  /** The library insists on an async function here. */
  async setup(): Promise<void> {
    await DONE;
  }

  destroy(): Promise<void> {
    this.#subscriptions.clear();
    this.#incoming.clear();
    return DONE;
  }

  addSubscriptions(client: ClientId, subscriptions: readonly Subscription[]): Promise<void> {
    // The library passes the whole packet once one of its filters is allowed, the refused ones too.
    const own = topicsOf(client.id).down;
    const allowed = subscriptions.find((each) => each.topic === own);
    if (allowed !== undefined) this.#subscriptions.set(client.id, { ...allowed, qos: 0 });
    return DONE;
  }

  removeSubscriptions(client: ClientId, topics: readonly string[]): Promise<void> {
    if (topics.includes(topicsOf(client.id).down)) this.#subscriptions.delete(client.id);
    return DONE;
  }

  subscriptionsByClient(client: ClientId): Promise<Subscription[]> {
    const own = this.#subscriptions.get(client.id);
    return Promise.resolve(own === undefined ? [] : [{ ...own }]);
  }

  subscriptionsByTopic(): Promise<Subscription[]> {
    return Promise.resolve([]);
  }

  async cleanSubscriptions(client: ClientId): Promise<void> {
    this.#subscriptions.delete(client.id);
    return DONE;
  }

  incomingStorePacket(client: ClientId, packet: Numbered): Promise<void> {
    const ids = this.#incoming.get(client.id) ?? new Set<number>();
    this.#incoming.set(client.id, ids);
    if (packet.messageId !== undefined) ids.add(packet.messageId);
    return DONE;
  }

  incomingGetPacket(client: ClientId, packet: Numbered): Promise<Numbered> {
    if (packet.messageId === undefined || this.#incoming.get(client.id)?.has(packet.messageId) !== true) return noSuchPacket();
    return Promise.resolve({ messageId: packet.messageId });
  }

  async incomingDelPacket(client: ClientId, packet: Numbered): Promise<void> {
    const ids = this.#incoming.get(client.id);
    if (packet.messageId === undefined || ids?.delete(packet.messageId) !== true) return noSuchPacket();
    if (ids.size === 0) this.#incoming.delete(client.id);
    return DONE;
  }

  cleanIncoming(client: ClientId): Promise<void> {
    this.#incoming.delete(client.id);
    return DONE;
  }

  storeRetained(): Promise<void> {
    return DONE;
  }

  outgoingEnqueue(): Promise<void> {
    return DONE;
  }

  outgoingEnqueueCombi(): Promise<void> {
    return DONE;
  }

  outgoingUpdate(): Promise<void> {
    return DONE;
  }

  outgoingClearMessageId(): Promise<undefined> {
    return NONE;
  }

  async putWill(): Promise<void> {
    return DONE;
  }

  getWill(): Promise<undefined> {
    return NONE;
  }

  delWill(): Promise<undefined> {
    return NONE;
  }

  createRetainedStream(): Readable {
    return nothing();
  }

  createRetainedStreamCombi(): Readable {
    return nothing();
  }

  outgoingStream(): Readable {
    return nothing();
  }

  streamWill(): Readable {
    return nothing();
  }

  getClientList(): Readable {
    return nothing();
  }
}
