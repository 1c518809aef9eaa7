import type { Connection } from './connection.ts';
import type { Hub } from './hub.ts';

/** A connection that has named its terminal and asks for it. */
export interface Claimant {
  readonly address: string | null;
  /** It has shown the terminal's secret. */
  readonly isProven: boolean;
  /** False once it has been closed or refused meanwhile. */
  isWaiting(): boolean;
  /** The terminal is its own from here on; it registers itself with the hub. */
  enter(): void;
  refuse(detail: string): void;
}

/**
 * The newcomer takes the terminal; an earlier connection of it is closed first (MQTT-3.1.4-2), so that its last will is told
 * before anything of the newcomer. Two devices that push each other out in a loop run out of take-overs: then the one in place stays.
 * So does one that has shown the terminal's secret, when the newcomer has none.
 */
export function claimTerminal(hub: Hub, terminalId: string, claimant: Claimant): void {
  const earlier = hub.byTerminal.get(terminalId);
  if (earlier === undefined) {
    claimant.enter();
    return;
  }
  const refusal = takeOver(hub, terminalId, claimant, earlier);
  if (refusal !== null) {
    hub.refuse('takeoverRate');
    claimant.refuse(refusal);
    return;
  }
  hub.totals.takeovers += 1;
  earlier.whenClosed(() => {
    // The earlier one's will may still be about to be told: that happens within this turn.
    setImmediate(() => {
      if (claimant.isWaiting()) claimTerminal(hub, terminalId, claimant);
    });
  });
  earlier.pushOut();
}

/** Null: the earlier connection has to go. Else why it stays. */
function takeOver(hub: Hub, terminalId: string, claimant: Claimant, earlier: Connection): string | null {
  const places = `${earlier.address ?? 'unknown'} → ${claimant.address ?? 'unknown'}`;
  if (earlier.isProven && !claimant.isProven) {
    hub.raise('takeover', terminalId, claimant.address, `take-over without a secret refused, ${places}`);
    return 'the terminal is connected with its secret';
  }
  const { takeovers } = hub.terminal(terminalId);
  const now = performance.now();
  const isFirst = takeovers.isFull(now);
  const allowed = takeovers.tryTake(now);
  if (!isFirst)
    hub.raise('takeover', terminalId, claimant.address, `${allowed ? 'again taken over' : 'take-over refused'}, ${places}`);
  return allowed ? null : 'too many take-overs';
}
