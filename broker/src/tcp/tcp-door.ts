import type { Server } from 'node:net';
import type { Admission } from '../admission.ts';
import type { Hub } from '../hub.ts';
import { createPlainServer } from '../listeners.ts';
import { FramerPool } from './frame-source.ts';
import { TcpConnection } from './tcp-connection.ts';
import { TcpLink } from './tcp-link.ts';

/**
 * Connections that have sent something, but no whole frame yet: the only ones that cost memory before they are known. Above the bound the
 * oldest goes, for a terminal sends its first frame in one piece.
 */
export class Unfinished {
  readonly #hub: Hub;
  readonly #connections = new Set<TcpConnection>();

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  add(connection: TcpConnection): void {
    this.#connections.add(connection);
    if (this.#connections.size <= this.#hub.limits.tcpMaxFirstFrames) return;
    const [oldest] = this.#connections;
    this.#hub.refuse('tooManyConnections');
    oldest?.cut('tooManyConnections', `its first frame is incomplete, as are those of ${this.#connections.size - 1} others`);
  }

  delete(connection: TcpConnection): void {
    this.#connections.delete(connection);
  }
}

/** Opens the door for native frames on plain TCP. */
export function createTcpServer(hub: Hub, admission: Admission): Server {
  const pool = new FramerPool();
  const unfinished = new Unfinished(hub);
  return createPlainServer(
    hub,
    admission,
    (socket) => {
      new TcpConnection(hub, pool, unfinished, new TcpLink(socket, hub.limits, hub.totals)).start();
    },
    true,
  );
}
