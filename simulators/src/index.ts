export { type FleetOptions, DEFAULT_FLEET_SIZE, defaultFleet, truckSpec } from './fleet/default-fleet.ts';
export { history } from './fleet/history.ts';
export { MessageSource, type TerminalMessage } from './terminal/message-source.ts';
export { asReissue } from './terminal/reissue.ts';
export { newReading, type Reading } from './truck/readings.ts';
export { type ExpectedEvent, type Faults, type Scenario, type ScenarioId, SCENARIOS } from './truck/scenarios.ts';
export type { Stage, TerminalSpec, TruckSpec } from './truck/spec.ts';
export { type Truck, type TruckState, truck } from './truck/truck.ts';
