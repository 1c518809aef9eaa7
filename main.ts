/** Plume's one entrance: the command line. What a command needs is loaded when it runs; the service is put together in plume/service.ts. */
import { stripVTControlCharacters } from 'node:util';
import {
  ApiRefusal,
  auditCommand,
  backTestCommand,
  casesCommand,
  command,
  demoCommand,
  documentsCommand,
  evaluateCommand,
  exportCommand,
  jobsCommand,
  leadsCommand,
  ledgerCommand,
  noticesCommand,
  reportsCommand,
  retentionCommand,
  rulesCommand,
  terminalCommand,
  tokenCommand,
  UsageError,
  userCommand,
  vehicleCommand,
} from '@plume/api/cli';
import { runCommand, runMain } from 'citty';
import { onInterrupt, withApi, withWork } from './plume/command-api.ts';
import { readConfig } from './plume/config.ts';
import { fail } from './plume/fail.ts';
import { VERSION } from './plume/project.ts';
import { serviceUrl } from './plume/running-service.ts';

const start = command({
  meta: { name: 'start', description: 'The whole service with 36 simulated trucks' },
  run: async () => await (await import('./plume/service.ts')).startService(readConfig(), { demo: true }),
});
const serve = command({
  meta: { name: 'serve', description: 'The whole service, no simulator' },
  run: async () => await (await import('./plume/service.ts')).startService(readConfig(), { demo: false }),
});

const main = command({
  meta: { name: 'plume', version: VERSION, description: 'Emission telemetry service for in-use heavy diesel trucks' },
  subCommands: {
    start,
    serve,
    terminal: terminalCommand(withApi),
    vehicle: vehicleCommand(withApi),
    ledger: ledgerCommand(withApi),
    evaluate: evaluateCommand(withWork, onInterrupt),
    demo: demoCommand(withWork),
    retention: retentionCommand(withWork, onInterrupt),
    'back-test': backTestCommand(withWork, onInterrupt),
    jobs: jobsCommand(withApi),
    rules: rulesCommand(withApi),
    leads: leadsCommand(withApi),
    cases: casesCommand(withApi),
    export: exportCommand(withApi, withWork, onInterrupt),
    reports: reportsCommand(withApi, withWork),
    documents: documentsCommand(withApi),
    notices: noticesCommand(withApi),
    evidence: async () => (await import('./plume/commands/evidence.ts')).evidence,
    user: userCommand(withApi, serviceUrl),
    token: tokenCommand(withApi),
    audit: auditCommand(withApi),
    'setup-link': async () => (await import('./plume/commands/setup-link.ts')).setupLink,
    simulate: async () => (await import('./plume/commands/simulate.ts')).simulateTrucks,
    decode: async () => (await import('./plume/commands/decode.ts')).decode,
    analyze: async () => (await import('./plume/commands/analyze.ts')).analyze,
    docs: async () => (await import('./plume/commands/docs.ts')).docs,
    db: async () => (await import('./plume/commands/db.ts')).db,
  },
});

const words = process.argv.slice(2);
if (words.length === 0 || words.some((word) => word === '--help' || word === '-h' || word === '--version')) await runMain(main);
else await runCommand(main, { rawArgs: words }).catch(explain);

/** What a person can mend ends with one sentence; anything else is a fault of ours and shows where it happened. */
async function explain(error: unknown): Promise<never> {
  const { DbStartError } = await import('@plume/db');
  if (error instanceof DbStartError || error instanceof ApiRefusal || error instanceof UsageError) fail(error.message);
  if (error instanceof Error && error.name === 'CLIError')
    fail(`${stripVTControlCharacters(error.message)}. See: npm run plume -- --help`);
  if (error instanceof Error && cannotListen(error))
    fail(
      `${error.message}. Ports and address are set by PLUME_HTTP_PORT, PLUME_MQTT_PORT, PLUME_MQTTS_PORT, PLUME_TCP_PORT and PLUME_HOST.`,
    );
  throw error;
}

function cannotListen(error: Error): boolean {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE' || code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND') return true;
  return error.cause instanceof Error && cannotListen(error.cause);
}
