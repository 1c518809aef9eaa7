import { uniform } from '../hash.ts';
import { type Link, LinkError, type Transport } from './transport.ts';

/** How bad a link is. Shares are of messages; all decisions follow from the seed and the message's number. */
export interface BadLinkOptions {
  readonly seed: number;
  /** Never arrives. */
  readonly lossShare?: number;
  /** Arrives, but its acknowledgement is lost: the terminal will send it again. */
  readonly lostAckShare?: number;
  /** Arrives twice. */
  readonly duplicateShare?: number;
  /** Is held back until the next message has gone. */
  readonly reorderShare?: number;
  /** The link breaks in place of this message. */
  readonly cutShare?: number;
  /** Delay of each message, at most [ms]. */
  readonly delayMs?: number;
  /** How long a terminal waits for an acknowledgement [ms]; 5,000 unless told. */
  readonly ackTimeoutMs?: number;
}

const HOLD_MS = 300;

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** What happens to one message. */
type Fate = 'cut' | 'lost' | 'lostAck' | 'twice' | 'held' | 'well';

/** A link with the faults of a mobile network, between a terminal and a true transport; works on whole messages. */
export function badLink(transport: Transport, options: BadLinkOptions): Transport {
  let number = 0;
  const fateOf = (n: number): Fate => {
    const draw = uniform(options.seed, 121, n);
    let limit = 0;
    const fates: readonly (readonly [Fate, number | undefined])[] = [
      ['cut', options.cutShare],
      ['lost', options.lossShare],
      ['lostAck', options.lostAckShare],
      ['twice', options.duplicateShare],
      ['held', options.reorderShare],
    ];
    for (const [fate, share] of fates) {
      limit += share ?? 0;
      if (draw < limit) return fate;
    }
    return 'well';
  };
  return {
    connect: async () => {
      const link = await transport.connect();
      return worsen(link, options, () => {
        const n = number;
        number += 1;
        return { fate: fateOf(n), delayMs: Math.floor((options.delayMs ?? 0) * uniform(options.seed, 122, n)) };
      });
    },
  };
}

function worsen(link: Link, options: BadLinkOptions, next: () => { fate: Fate; delayMs: number }): Link {
  let release: (() => void) | undefined;
  const lost = async (): Promise<void> => {
    await Promise.race([sleep(options.ackTimeoutMs ?? 5000), link.closed]);
    throw new LinkError('no acknowledgement in time');
  };
  const publish = async (payload: Uint8Array): Promise<void> => {
    const { fate, delayMs } = next();
    if (delayMs > 0) await sleep(delayMs);
    if (fate === 'held') {
      await Promise.race([
        sleep(HOLD_MS),
        new Promise<void>((resolve) => {
          release = resolve;
        }),
      ]);
      return link.publish(payload);
    }
    const free = release;
    release = undefined;
    if (fate === 'cut') {
      link.cut();
      free?.();
      await link.closed;
      throw new LinkError('carrier lost');
    }
    if (fate === 'lost') {
      free?.();
      return lost();
    }
    const sent = link.publish(payload);
    if (fate === 'twice') await Promise.all([sent, link.publish(payload)]);
    free?.();
    if (fate === 'lostAck') {
      await sent;
      return lost();
    }
    return sent;
  };
  return { publish, closed: link.closed, close: () => link.close(), cut: () => link.cut() };
}
