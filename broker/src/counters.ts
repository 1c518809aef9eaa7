import type { IncidentKind, Transport } from './contract.ts';

/** Why a connection or a login was turned away. */
export const REFUSALS = [
  'unknown',
  'wrong',
  'revoked',
  'unavailable',
  'clientId',
  'userName',
  'certificate',
  'tcpNotAllowed',
  'wrongIccid',
  'will',
  'protocolVersion',
  'takeoverRate',
  'connectRate',
  'tooManyConnections',
  'tooManyHandshakes',
  'tls',
  'stopping',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** What the broker counts. Totals are since the start, gauges are of this moment. */
export interface BrokerStats {
  /** Gauge: terminals logged in, by door. */
  connected: Record<Transport, number>;
  /** Gauge: open connections, logged in or not. */
  connections: number;
  /** Gauge: messages given to `accept` or about to be, not settled yet. */
  pendingMessages: number;
  /** Gauge: bytes of those. */
  pendingBytes: number;
  /** Gauge: connections that are not being read because a bound is reached. */
  paused: number;
  /** Gauge: terminals that are remembered (connected, or with something pending or lately limited). */
  terminals: number;
  /** Messages given to `accept`: by the QoS they came with, or by TCP (frames, broken pieces, its word `online`). Last wills, and `offline` of TCP, are counted apart. */
  received: { qos0: number; qos1: number; qos2: number; tcp: number; wills: number };
  /** Messages settled and released to be acknowledged. */
  acknowledged: number;
  /** Messages left unacknowledged because the service could not store them or the connection was gone. */
  unacknowledged: number;
  bytesIn: number;
  bytesOut: number;
  logins: number;
  takeovers: number;
  /** Wills not reported because one of the same terminal was still being stored. */
  willsFolded: number;
  /** Connections ended by an error of the peer or of the link. */
  connectionErrors: number;
  refused: Record<Refusal, number>;
  incidents: Record<IncidentKind, number>;
  verdicts: { sent: number; dropped: number };
  /** Answers on plain TCP. Late: left out, because their time was over. */
  answers: { sent: number; late: number };
  /** Other messages on `down`. Dropped: the terminal was absent, not listening, or not reading. */
  down: { sent: number; dropped: number };
}

/** The part of the figures that only ever counts up. */
export type Totals = Omit<
  BrokerStats,
  'connected' | 'connections' | 'pendingMessages' | 'pendingBytes' | 'paused' | 'terminals' | 'incidents'
>;

export function zeroTotals(): Totals {
  return {
    received: { qos0: 0, qos1: 0, qos2: 0, tcp: 0, wills: 0 },
    acknowledged: 0,
    unacknowledged: 0,
    bytesIn: 0,
    bytesOut: 0,
    logins: 0,
    takeovers: 0,
    willsFolded: 0,
    connectionErrors: 0,
    refused: {
      unknown: 0,
      wrong: 0,
      revoked: 0,
      unavailable: 0,
      clientId: 0,
      userName: 0,
      certificate: 0,
      tcpNotAllowed: 0,
      wrongIccid: 0,
      will: 0,
      protocolVersion: 0,
      takeoverRate: 0,
      connectRate: 0,
      tooManyConnections: 0,
      tooManyHandshakes: 0,
      tls: 0,
      stopping: 0,
    },
    verdicts: { sent: 0, dropped: 0 },
    answers: { sent: 0, late: 0 },
    down: { sent: 0, dropped: 0 },
  };
}
