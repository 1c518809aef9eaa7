import type { Socket } from 'node:net';
import { plainAddress } from './access.ts';
import type { Hub } from './hub.ts';
import { RecentMap } from './recent-map.ts';
import { TokenBucket } from './token-bucket.ts';

/** Bounds on sockets as such, before a byte is read: how many in all, how many and how fast from one address. */
export class Admission {
  readonly #hub: Hub;
  readonly #perAddress = new Map<string, number>();
  readonly #rates: RecentMap<string, TokenBucket>;
  #open = 0;
  #onEmpty: (() => void) | null = null;

  constructor(hub: Hub) {
    this.#hub = hub;
    this.#rates = new RecentMap(hub.limits.trackedAddresses);
  }

  /** Counts the socket until it closes and says true, or refuses it; then the caller destroys it. */
  admit(socket: Socket): boolean {
    const { limits } = this.#hub;
    const address = plainAddress(socket.remoteAddress);
    if (address === null) return false;
    if (this.#hub.isStopping) return this.#refuse('stopping', null, address, '');
    if (!this.#rate(address)) return this.#refuse('connectRate', 'connectRate', address, 'connects faster than allowed');
    const here = this.#perAddress.get(address) ?? 0;
    if (this.#open >= limits.maxConnections) {
      return this.#refuse('tooManyConnections', 'tooManyConnections', address, `${this.#open} connections are open`);
    }
    if (here >= limits.maxConnectionsPerAddress) {
      return this.#refuse('tooManyConnections', 'tooManyConnections', address, `${here} connections from this address are open`);
    }
    this.#open += 1;
    this.#perAddress.set(address, here + 1);
    socket.once('close', () => this.#leave(address));
    return true;
  }

  #leave(address: string): void {
    this.#open -= 1;
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
    if (this.#open === 0) this.#onEmpty?.();
  }

  /** Resolves when every socket has closed, at the latest after `timeoutMs`. */
  whenEmpty(timeoutMs: number): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #rate(address: string): boolean {
    const { limits } = this.#hub;
    const now = performance.now();
    let bucket = this.#rates.get(address);
    if (bucket === undefined) {
      bucket = new TokenBucket(limits.connectsPerSecondPerAddress, limits.connectBurstPerAddress, now);
      this.#rates.set(address, bucket);
    }
    return bucket.tryTake(now);
  }

  #refuse(
    reason: 'stopping' | 'connectRate' | 'tooManyConnections',
    kind: 'connectRate' | 'tooManyConnections' | null,
    address: string,
    detail: string,
  ): false {
    this.#hub.refuse(reason);
    if (kind !== null) this.#hub.raise(kind, null, address, detail);
    return false;
  }
}
