import { z } from 'zod';

const KIB = 1024;
const MIB = 1024 * KIB;
const DAY_MS = 86_400_000;

const millis = (byDefault: number, sense: string) => z.number().int().min(1).max(DAY_MS).default(byDefault).describe(sense);
const count = (byDefault: number, sense: string) => z.number().int().min(1).max(10_000_000).default(byDefault).describe(sense);
const bytes = (byDefault: number, sense: string) =>
  z
    .number()
    .int()
    .min(1)
    .max(1024 * MIB)
    .default(byDefault)
    .describe(sense);

/** Every bound of the broker with its default; the unit is in the name. */
export const limitsSchema = z.strictObject({
  connectTimeoutMs: millis(10_000, 'From the open socket to a complete CONNECT'),
  handshakeTimeoutMs: millis(10_000, 'For the TLS handshake'),
  drainTimeoutMs: millis(10_000, 'A peer that takes none of our bytes for this long is cut'),
  frameTimeoutMs: millis(120_000, 'A packet that has begun must be complete within this time'),
  maxIdleMs: millis(1_200_000, 'Longest silence allowed, whatever keep-alive the terminal asked for'),
  lingerMs: millis(1_000, 'How long a closed connection may take to fetch the last bytes sent to it'),
  stopGraceMs: millis(5_000, 'How long stop() waits for messages being stored'),
  maxLoginBytes: bytes(2 * KIB, 'Largest remaining length of a packet before the login is complete'),
  maxPacketBytes: bytes(64 * KIB, 'Largest remaining length of a packet after the login'),
  maxStatusBytes: bytes(256, 'Largest status message or last will'),
  maxConnections: count(20_000, 'Open connections on all doors together'),
  maxConnectionsPerAddress: count(10_000, 'Open connections from one address; many terminals may share a carrier address'),
  connectsPerSecondPerAddress: count(500, 'New connections from one address, long-term rate'),
  connectBurstPerAddress: count(10_000, 'New connections from one address, at once'),
  maxHandshakes: count(1_000, 'TLS handshakes going on at the same time'),
  windowMessages: count(64, 'Messages of one terminal being stored at the same time; above it the terminal is not read'),
  windowResumeMessages: count(32, 'Reading goes on when no more than this many are being stored'),
  maxPendingBytes: bytes(64 * MIB, 'Bytes being stored for all terminals together; above it no further message is begun'),
  messagesPerSecond: count(2_000, 'Packets of one terminal, long-term rate; above it the terminal is read more slowly'),
  messageBurst: count(10_000, 'Packets of one terminal, at once'),
  bytesPerSecond: bytes(4 * MIB, 'Bytes of one terminal, long-term rate'),
  byteBurst: bytes(16 * MIB, 'Bytes of one terminal, at once'),
  maxHalfOpenQos2: count(1_000, 'QoS 2 messages of one connection waiting for PUBREL'),
  maxTopicLevels: z.number().int().min(4).max(100).default(8).describe('Levels of a topic; ours have four'),
  queueLimit: count(1_000, 'Packets held between CONNECT and CONNACK'),
  failureDelayMs: millis(250, 'Delay of the answer to the first failed login; it doubles with each failure'),
  maxFailureDelayMs: millis(5_000, 'Longest delay of the answer to a failed login'),
  maxDelayedAnswers: count(1_000, 'Failed logins waiting for their answer; above it they are answered at once'),
  tcpFaultsPerSecond: count(
    5,
    'TCP: broken pieces and refused frames of one terminal, long-term rate; above it the terminal is read more slowly',
  ),
  tcpFaultBurst: count(500, 'TCP: broken pieces and refused frames of one terminal, at once'),
  tcpMaxFirstBytes: bytes(24 * KIB, 'TCP: bytes within which the first whole frame must have come'),
  tcpMaxFirstFrames: count(
    500,
    'TCP: connections that have sent something, but no whole frame yet; one more, and the oldest is cut',
  ),
  tcpAnswerWithinMs: millis(4_000, 'TCP: an answer is left out when its message was not stored within this time of its receipt'),
  takeoverBurst: count(4, 'Times a terminal may push out its own earlier connection in quick succession'),
  takeoverRefillMs: millis(15_000, 'Time after which one more such take-over is allowed'),
  verdictIntervalMs: millis(1_000, 'Shortest time between two verdicts to one terminal'),
  maxDownBufferBytes: bytes(64 * KIB, 'Unsent bytes to one terminal above which messages on down are dropped'),
  incidentsPerSecond: count(10, 'Incidents of one kind reported singly, long-term rate; the rest are counted'),
  incidentBurst: count(20, 'Incidents of one kind reported singly, at once'),
  incidentSummaryMs: millis(10_000, 'How often the count of the incidents not reported singly is reported'),
  trackedAddresses: count(10_000, 'Addresses and names remembered for connect rates and failed logins'),
});
export type BrokerLimits = z.infer<typeof limitsSchema>;

/** Certificate and key in PEM. With `ca`, terminals must present a certificate of that authority whose common name is their id, beside their secret. */
export interface TlsFiles {
  cert: string | Buffer;
  key: string | Buffer;
  ca?: string | Buffer;
}

/** Where and how to listen. A port of 0 takes any free one, null leaves that door closed. */
export interface BrokerConfig {
  host: string;
  mqttPort: number | null;
  mqttsPort: number | null;
  /** Native frames on plain TCP. */
  tcpPort: number | null;
  tls: TlsFiles | null;
  limits?: Partial<BrokerLimits>;
}

/** The limits with their defaults filled in. Throws with the name of the offending limit. */
export function resolveLimits(limits: Partial<BrokerLimits> | undefined): BrokerLimits {
  const parsed = limitsSchema.safeParse(limits ?? {});
  if (!parsed.success) throw new Error(`broker limits: ${z.prettifyError(parsed.error)}`);
  if (parsed.data.windowResumeMessages >= parsed.data.windowMessages) {
    return { ...parsed.data, windowResumeMessages: Math.floor(parsed.data.windowMessages / 2) };
  }
  return parsed.data;
}
