/** Why a message was not acknowledged or a link not made. Expected trouble: the terminal keeps the message and tries again. */
export class LinkError extends Error {
  override name = 'LinkError';
}

/** An open link of one terminal. */
export interface Link {
  /** Publishes on the terminal's `up` topic with QoS 1. Resolves at the PUBACK; rejects with a LinkError when there will be none. */
  publish(payload: Uint8Array): Promise<void>;
  /** Resolves, never rejects, when the link is gone, with the reason. */
  readonly closed: Promise<string>;
  /** Says goodbye and closes. */
  close(): Promise<void>;
  /** Breaks the link as a lost carrier does: no goodbye, so the last will is sent. */
  cut(): void;
}

/** Makes links. One terminal has at most one at a time. */
export interface Transport {
  /** Rejects with a LinkError when no link comes about. */
  connect(): Promise<Link>;
}
