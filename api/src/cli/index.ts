export { command, json, print, UsageError, type WithApi } from './command.ts';
export { evaluateCommand } from './evaluate.ts';
export { evidenceCommands } from './evidence.ts';
export { jobsCommand } from './jobs.ts';
export { leadsCommand } from './leads.ts';
export { ledgerCommand } from './ledger.ts';
export { rulesCommand } from './rules.ts';
export { terminalCommand } from './terminals.ts';
export { vehicleCommand } from './vehicles.ts';
