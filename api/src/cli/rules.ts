import { z } from 'zod';
import type { ApiCall } from '../call.ts';
import { command, json, print, UsageError, type WithApi } from './command.ts';

const Catalogue = z.looseObject({
  on: z.string(),
  version: z.string(),
  rules: z.array(
    z.looseObject({ id: z.string(), name: z.object({ zh: z.string(), en: z.string() }), parameters: z.array(z.string()) }),
  ),
  parameters: z.array(
    z.looseObject({
      key: z.string(),
      value: z.number(),
      product: z.number(),
      changed: z.boolean(),
      unit: z.string(),
      source: z.string(),
      mark: z.string(),
    }),
  ),
});
const Version = z.looseObject({
  id: z.number(),
  overrides: z.record(z.string(), z.number()),
  validFrom: z.string(),
  validTo: z.string().nullable(),
  state: z.string(),
  recordedBy: z.string(),
  note: z.string(),
});
const Versions = z.object({ today: z.string(), settings: z.array(Version) });

/** Numbers as they are given on the command line: `verdicts.inUseV=3.5`, several separated by commas. */
export function parseNumbers(text: string): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const part of text.split(',')) {
    const [, key = '', value = ''] = /^\s*([^=\s]+)\s*=\s*(\S+)\s*$/.exec(part) ?? [];
    const number = Number(value);
    if (key === '' || value === '' || !Number.isFinite(number))
      throw new UsageError(`"${part.trim()}" does not set a number. Write verdicts.inUseV=3.5; several are separated by commas.`);
    numbers[key] = number;
  }
  return numbers;
}

const versionLine = (row: z.infer<typeof Version>) => {
  const numbers = Object.entries(row.overrides).map(([key, value]) => `${key}=${value}`);
  const until = row.validTo === null ? '' : ` to ${row.validTo}`;
  return `#${row.id}  ${row.state}  from ${row.validFrom}${until}  ${numbers.join(' ') || "(the product's numbers)"}  by ${row.recordedBy}: ${row.note}`;
};

/** What the numbers will be that day, as far as they are recorded now. */
async function overridesOn(call: ApiCall, day: string | undefined): Promise<Record<string, number>> {
  const { parameters } = Catalogue.parse(
    await call('GET', `/api/v1/rules${day === undefined ? '' : `?on=${encodeURIComponent(day)}`}`),
  );
  return Object.fromEntries(parameters.filter(({ changed }) => changed).map(({ key, value }) => [key, value]));
}

/** Rules and their numbers: list, set, versions. */
export function rulesCommand(withApi: WithApi) {
  return command({
    meta: { name: 'rules', description: 'Rules and their numbers: list, set, versions' },
    subCommands: {
      list: command({
        meta: { description: 'Every rule with the numbers it reads, as in force on a day' },
        args: { on: { type: 'string', description: 'Beijing date; absent: today' }, json },
        run: ({ args }) =>
          withApi(async (call) => {
            const told = Catalogue.parse(
              await call('GET', `/api/v1/rules${args.on === undefined ? '' : `?on=${encodeURIComponent(args.on)}`}`),
            );
            const numbers = new Map(told.parameters.map((row) => [row.key, row]));
            const lines = told.rules.flatMap((rule) => [
              `${rule.id}  ${rule.name.zh}  ${rule.name.en}`,
              ...rule.parameters.map((key) => {
                const row = numbers.get(key);
                const changed = row?.changed ? ` (product: ${row.product})` : '';
                return `    ${key} = ${row?.value}${row?.unit === '1' ? '' : ` ${row?.unit}`}${changed}  [${row?.mark}] ${row?.source}`;
              }),
            ]);
            print(told, args.json, [`rules ${told.version}, in force on ${told.on}`, ...lines].join('\n'));
          }),
      }),
      set: command({
        meta: { description: 'Record other numbers from a day on; those not named stay as they are that day' },
        args: {
          numbers: { type: 'positional', description: 'verdicts.inUseV=3.5 (several: separated by commas)', required: false },
          reset: {
            type: 'string',
            description: "Keys that go back to the product's number, separated by commas; all: every one",
          },
          from: { type: 'string', description: 'Beijing date, today or later', required: true },
          note: { type: 'string', description: 'Why', required: true },
          json,
        },
        run: ({ args }) =>
          withApi(async (call) => {
            if (args.numbers === undefined && args.reset === undefined)
              throw new UsageError('Name a number to set (verdicts.inUseV=3.5), or one to --reset.');
            const overrides = args.reset === 'all' ? {} : await overridesOn(call, args.from);
            for (const key of args.reset?.split(',') ?? []) delete overrides[key.trim()];
            Object.assign(overrides, args.numbers === undefined ? {} : parseNumbers(args.numbers));
            const { settings } = Versions.parse(await call('GET', '/api/v1/rules/settings'));
            const version = { overrides, validFrom: args.from, note: args.note, after: settings[0]?.id ?? null };
            const recorded = await call('POST', '/api/v1/rules/settings', version);
            print(recorded, args.json, versionLine(Version.parse(recorded)));
          }),
      }),
      versions: command({
        meta: { description: "Versions of the site's own numbers, the newest first" },
        args: { json },
        run: ({ args }) =>
          withApi(async (call) => {
            const { settings } = Versions.parse(await call('GET', '/api/v1/rules/settings'));
            print(settings, args.json, settings.map(versionLine).join('\n') || "none: the product's numbers are in force");
          }),
      }),
    },
  });
}
