export { type DemoBegin, type RunDemoOptions, runDemo } from './demo/run-demo.ts';
export { type BulkBlock, type BulkPiece, bulkHistory } from './fleet/bulk.ts';
export { DEFAULT_FLEET_SIZE, defaultFleet, type FleetOptions, truckSpec } from './fleet/default-fleet.ts';
export { DEMO_HISTORY_DAYS, demoFleet } from './fleet/demo-fleet.ts';
export { history } from './fleet/history.ts';
export { type FleetStats, type RunFleetOptions, runFleet } from './fleet/run-fleet.ts';
export { type HistoryProgress, type WriteHistoryOptions, writeHistory } from './fleet/write-history.ts';
export { type LoadOptions, type LoadResult, type LoadTerminal, loadClients } from './load/load-clients.ts';
export { registerFleet } from './register.ts';
export {
  planSimulation,
  type SimulateArgs,
  type SimulateDeps,
  type SimulatePlan,
  simulate,
  simulateCommand,
} from './simulate-command.ts';
export { type BadLinkOptions, badLink } from './terminal/bad-link.ts';
export { MessageSource, type TerminalMessage } from './terminal/message-source.ts';
export { mqttTransport } from './terminal/mqtt-transport.ts';
export { asReissue } from './terminal/reissue.ts';
export { createTerminal, type Terminal, type TerminalLedger, type TerminalOptions } from './terminal/terminal.ts';
export { type Link, LinkError, type Transport } from './terminal/transport.ts';
export { type CycleOptions, driveCycle } from './truck/cycle.ts';
export type { Faults } from './truck/faults.ts';
export { newReading, type Reading } from './truck/readings.ts';
export { type RecordSign, type RuleName, SCENARIOS, type Scenario, type ScenarioId } from './truck/scenarios.ts';
export type { Stage, TerminalSpec, TruckSpec } from './truck/spec.ts';
export { type Truck, type TruckState, truck } from './truck/truck.ts';
