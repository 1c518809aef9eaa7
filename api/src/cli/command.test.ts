import { renderUsage } from 'citty';
import { expect, it } from 'vitest';
import { reportsCommand } from './reports.ts';

it('the help of a command says how it is typed', async () => {
  const refuse = () => Promise.reject(new Error('help asks for nothing'));
  const reports = reportsCommand(refuse, refuse);
  const subCommands = await (typeof reports.subCommands === 'function' ? reports.subCommands() : reports.subCommands);
  const make = subCommands?.make;
  if (make === undefined || typeof make === 'function' || make instanceof Promise)
    throw new Error('there is no command reports make');
  expect(await renderUsage(make, reports)).toContain('reports make [OPTIONS]');
});
