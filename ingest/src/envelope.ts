import type { OpenEntry } from '@plume/db/write';

/** One message as a door hands it in. */
export interface Envelope {
  readonly terminalId: string;
  /** `up`: records; `status`: `online` or `offline`, also as a last will. */
  readonly channel: 'up' | 'status';
  readonly payload: Uint8Array;
  /** Server's wall clock, epoch milliseconds. */
  readonly receivedAtMs: number;
  readonly transport: 'mqtt' | 'mqtts' | 'ws' | 'tcp';
  /** A message from quarantine that is taken in again: its records were counted as received when it came. */
  readonly again?: Again;
}

export interface Again {
  /** The message's unresolved ledger entries: what of it counts as rejected. */
  readonly open: readonly OpenEntry[];
}

/** Told to the terminal when something of its message was not stored. */
export interface Verdict {
  readonly v: 1;
  readonly kind: 'reject';
  readonly code: string;
  /** Where in the message: `samples[3].t`; '' for the message as a whole. */
  readonly field: string;
  readonly reason: string;
  /** ISO 8601 time of receipt. */
  readonly received: string;
}

/** What came of a message. With `ack` it is durable (stored, or kept in quarantine) and may be acknowledged; without, it must not be. */
export interface Acceptance {
  readonly ack: boolean;
  readonly verdict?: Verdict;
}
