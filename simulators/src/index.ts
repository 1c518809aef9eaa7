export { DEFAULT_FLEET_SIZE, defaultFleet, type FleetOptions, truckSpec } from './fleet/default-fleet.ts';
export { history } from './fleet/history.ts';
export { type FleetStats, type RunFleetOptions, runFleet } from './fleet/run-fleet.ts';
export { registerFleet } from './register.ts';
export { type BadLinkOptions, badLink } from './terminal/bad-link.ts';
export { MessageSource, type TerminalMessage } from './terminal/message-source.ts';
export { type MqttOptions, mqttTransport } from './terminal/mqtt-transport.ts';
export { asReissue } from './terminal/reissue.ts';
export {
  createTerminal,
  type Terminal,
  type TerminalLedger,
  type TerminalOptions,
  type TerminalStats,
} from './terminal/terminal.ts';
export { type Link, LinkError, type Transport } from './terminal/transport.ts';
export { newReading, type Reading } from './truck/readings.ts';
export { type ExpectedEvent, type Faults, SCENARIOS, type Scenario, type ScenarioId } from './truck/scenarios.ts';
export type { Stage, TerminalSpec, TruckSpec } from './truck/spec.ts';
export { type Truck, type TruckState, truck } from './truck/truck.ts';
