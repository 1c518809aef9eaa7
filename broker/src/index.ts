export { TERMINAL_ID } from './access.ts';
export { type BrokerConfig, type BrokerLimits, limitsSchema, type TlsFiles } from './config.ts';
export {
  type Acceptance,
  type Authentication,
  type BrokerDeps,
  type Envelope,
  type Identification,
  INCIDENT_KINDS,
  type Incident,
  type IncidentKind,
  type Log,
  TCP_ANSWERS,
  type TcpAnswers,
  type TcpProfile,
  type Transport,
  type Verdict,
} from './contract.ts';
export type { BrokerStats, Refusal } from './counters.ts';
export { type Broker, startBroker } from './start-broker.ts';
