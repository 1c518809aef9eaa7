import { quoted, REFUSED } from './access.ts';
import { GatedConnection } from './gated-connection.ts';
import type { Hub } from './hub.ts';
import type { AedesClient, AuthenticateError, ConnectPacket, PublishPacket, Subscription } from './library.ts';
import { checkLogin, noteConnect } from './login.ts';
import type { Session } from './session.ts';

type Done = (error?: Error | null) => void;

/** CONNACK return code for our own failure: the terminal comes back later. */
const SERVER_UNAVAILABLE = 3;

/**
 * The library's hooks. A hook that throws would end the process, so each catches everything, reports it and refuses.
 * `authorizePublish` is where messages are stored: it is the only hook that runs before the PUBACK leaves.
 */
export class Hooks {
  readonly #hub: Hub;

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  readonly preConnect = (
    client: AedesClient,
    packet: ConnectPacket,
    done: (error: Error | null, success: boolean) => void,
  ): void => {
    this.#guard(
      'preConnect',
      () => {
        noteConnect(sessionOf(client), packet);
        done(null, true);
      },
      done,
    );
  };

  readonly authenticate = (
    client: AedesClient,
    userName: string | undefined,
    secret: Buffer | undefined,
    done: (error: AuthenticateError | null, success: boolean | null) => void,
  ): void => {
    this.#guard(
      'authenticate',
      () => checkLogin(sessionOf(client), userName, secret, done),
      (error) => done(Object.assign(error, { returnCode: SERVER_UNAVAILABLE }), false),
    );
  };

  readonly authorizePublish = (client: AedesClient | null, packet: PublishPacket, done: Done): void => {
    this.#guard('authorizePublish', () => this.#onPublish(client, packet, done), done);
  };

  readonly authorizeSubscribe = (
    client: AedesClient,
    subscription: Subscription,
    done: (error: Error | null, subscription?: Subscription | null) => void,
  ): void => {
    this.#guard(
      'authorizeSubscribe',
      () => {
        const session = sessionOf(client);
        if (subscription.topic === session.topics?.down) {
          session.isListening = true;
          done(null, subscription);
          return;
        }
        session.raise('foreignSubscription', `subscription to ${quoted(subscription.topic)}`);
        done(null, null);
      },
      () => done(null, null),
    );
  };

  #onPublish(client: AedesClient | null, packet: PublishPacket, done: Done): void {
    if (client === null) {
      done(new Error(REFUSED));
      return;
    }
    const session = sessionOf(client);
    // A last will comes from the CONNECT and carries no command; everything else is a PUBLISH.
    const command: string | undefined = packet.cmd;
    if (command !== 'publish') {
      if (packet.topic === session.topics?.status) session.storeWill(Buffer.from(packet.payload));
      // It is stored, nobody subscribes to it: with an error the library leaves out its routing, and does nothing else.
      done(new Error('recorded'));
      return;
    }
    const isStatus = packet.topic === session.topics?.status;
    if (!isStatus && packet.topic !== session.topics?.up) {
      session.raise('foreignTopic', `${packet.retain ? 'retained message' : 'message'} to ${quoted(packet.topic)}`);
      done(new Error(REFUSED));
    } else if (packet.retain && !isStatus) {
      session.raise('retainRefused', 'retain is allowed on status only');
      done(new Error(REFUSED));
    } else if (isStatus && packet.payload.length > this.#hub.limits.maxStatusBytes) {
      session.raise(
        'oversizedStatus',
        `status of ${packet.payload.length} bytes, allowed are ${this.#hub.limits.maxStatusBytes}`,
      );
      done(new Error(REFUSED));
    } else {
      session.store(isStatus ? 'status' : 'up', packet, done);
    }
  }

  #guard(hook: string, work: () => void, refuse: (error: Error, success: boolean) => void): void {
    try {
      work();
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      this.#hub.deps.log.error({ err: error, hook }, 'a broker hook failed; the client is refused');
      refuse(error, false);
    }
  }
}

const sessions = new WeakMap<GatedConnection, Session>();

/** Ties a connection to its session, so that the hooks find it from the library's client. */
export function bindSession(gate: GatedConnection, session: Session): void {
  sessions.set(gate, session);
}

/** The session of a client of the library. Throws for a connection that did not come through our doors. */
export function sessionOf(client: AedesClient): Session {
  const session = client.conn instanceof GatedConnection ? sessions.get(client.conn) : undefined;
  if (session === undefined) throw new Error('a client without a session');
  return session;
}
