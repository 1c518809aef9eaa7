/** How a message came in. `tcp` is the native listener, `ws` MQTT over WebSocket. */
export type Transport = 'mqtt' | 'mqtts' | 'ws' | 'tcp';

/** One message as it left the terminal, with what the door knows about it. */
export interface Envelope {
  terminalId: string;
  /** `up` carries records; `status` is `online`/`offline` text, including last wills. */
  channel: 'up' | 'status';
  payload: Uint8Array;
  /** Wall clock of this server, epoch milliseconds. */
  receivedAtMs: number;
  transport: Transport;
}

/** Why a message was refused, told to the terminal on its `down` topic. */
export interface Verdict {
  v: 1;
  kind: 'reject';
  code: string;
  /** Full path of the offending value, e.g. `samples[3].t`. */
  field: string;
  reason: string;
  /** ISO 8601 time of receipt. */
  received: string;
}

/** What became of an envelope. It is given only once the outcome is durable. */
export interface Acceptance {
  /** False only when the service cannot store any more (it is stopping): the message stays unacknowledged. */
  ack: boolean;
  verdict?: Verdict;
  /** Bytes the device's profile wants back; sent on `down`. */
  answer?: Uint8Array;
}

/** Answer of the credential cache. `unavailable`: the cache is not loaded yet, try again later. */
export type Authentication = { ok: true } | { ok: false; reason: 'unknown' | 'wrong' | 'revoked' | 'unavailable' };

/** What a terminal on plain TCP is answered; see `docs/terminal-contract.md`. */
export const TCP_ANSWERS = ['none', 'echo', 'plus80'] as const;
export type TcpAnswers = (typeof TCP_ANSWERS)[number];

/** How to talk to a terminal on plain TCP: a property of its make. */
export interface TcpProfile {
  readonly answers: TcpAnswers;
  /** With `plus80`: tell a message that was not stored, or not whole, by 0x90 | command. */
  readonly errors: boolean;
}

/** Who a VIN heard on plain TCP is. `notAllowed`: no terminal of that truck is to use plain TCP. */
export type Identification =
  | { ok: true; terminalId: string; profile: TcpProfile }
  | { ok: false; reason: 'unknown' | 'notAllowed' | 'wrongIccid' | 'revoked' | 'unavailable'; terminalId: string | null };

/** Everything the broker reports as an incident. */
export const INCIDENT_KINDS = [
  'unknownTerminal',
  'wrongSecret',
  'revoked',
  'badClientId',
  'userNameMismatch',
  'certificateMismatch',
  'foreignTopic',
  'foreignWill',
  'foreignSubscription',
  'retainRefused',
  'oversizedPacket',
  'oversizedStatus',
  'connectTimeout',
  'idleTimeout',
  'frameTimeout',
  'drainTimeout',
  'tooManyConnections',
  'connectRate',
  'messageRate',
  'takeover',
  'badProtocol',
  'tlsFailure',
  'unknownVin',
  'tcpNotAllowed',
  'wrongIccid',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** Something an operator may want to know. Never holds a secret or a payload; text from outside is quoted and cut. */
export interface Incident {
  kind: IncidentKind;
  /** The terminal, where it is known or was well-formed; a claim only, when the login failed. */
  terminalId: string | null;
  /** Address of the peer as the socket reports it. */
  address: string | null;
  detail: string;
}

/** Structured log with a level per method (pino has this shape with the arguments in this order). */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What the broker needs from the rest of the service. */
export interface BrokerDeps {
  /** Answers from memory, at once, also while the database is away. The secret is the MQTT password, empty when none was sent. */
  authenticate(terminalId: string, secret: Buffer): Authentication;
  /** Whose VIN is it, on plain TCP? Answers from memory, at once. `iccid`: what a login frame carries, else null. */
  identify(vin: string, iccid: string | null): Identification;
  /** Resolves only when the outcome is durable; the acknowledgement follows it. */
  accept(envelope: Envelope): Promise<Acceptance>;
  onIncident(incident: Incident): void;
  log: Log;
}
