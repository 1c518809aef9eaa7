export { command, json, print, UsageError, type WithApi } from './command.ts';
export { terminalCommand } from './terminals.ts';
export { vehicleCommand } from './vehicles.ts';
