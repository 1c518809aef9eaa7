import type { FleetImport } from '@plume/db';
import { randomSecret, secretHash } from '../setup-tokens.ts';
import type { ImportPlan, RowPlan } from './plan.ts';

/** What an import writes, and the secrets that it gives out. */
export interface ImportWork {
  readonly write: FleetImport;
  readonly secrets: readonly { readonly terminalId: string; readonly plate: string; readonly secret: string }[];
}

/** A terminal that is entered with its truck is on it from the beginning. */
const FROM_THE_BEGINNING_MS = Date.UTC(2000, 0, 1);

/** Turns the rows of a plan into what is written. */
export function workOf(
  plan: ImportPlan,
  { by, nowMs, factsFromMs }: { readonly by: string; readonly nowMs: number; readonly factsFromMs: number },
): ImportWork {
  const rows = plan.rows.filter(({ kind }) => kind !== 'unchanged');
  const secrets = rows.flatMap(({ terminal, checked, plate }) =>
    terminal === 'create' && checked.terminalId !== null
      ? [{ terminalId: checked.terminalId, plate, secret: randomSecret() }]
      : [],
  );
  return {
    secrets,
    write: {
      by,
      atMs: nowMs,
      added: rows.flatMap((row) => (row.known === null ? [addedOf(row, nowMs)] : [])),
      changed: rows.flatMap(changedOf),
      facts: rows.flatMap((row) => factsOf(row, factsFromMs)),
      terminals: secrets.map(({ terminalId, secret }) => ({ id: terminalId, secretHash: secretHash(secret) })),
      assigned: rows.flatMap(({ terminal, checked }) =>
        checked.terminalId !== null && (terminal === 'create' || terminal === 'assign')
          ? [{ terminalId: checked.terminalId, vin: checked.vin, fromMs: terminal === 'create' ? FROM_THE_BEGINNING_MS : nowMs }]
          : [],
      ),
    },
  };
}

function addedOf({ checked }: RowPlan, nowMs: number): FleetImport['added'][number] {
  const { identity, fittedAt } = checked;
  return {
    vin: checked.vin,
    plate: identity.plate ?? '',
    plateColor: identity.plateColor ?? null,
    district: identity.district ?? null,
    enterprise: identity.enterprise ?? null,
    useType: identity.useType ?? null,
    fittedAtMs: fittedAt === null ? nowMs : Date.parse(`${fittedAt}T00:00:00+08:00`),
    values: checked.parameters,
  };
}

function changedOf({ known, checked, changes }: RowPlan): FleetImport['changed'][number][] {
  if (known === null || !changes.some(({ field }) => field in checked.identity)) return [];
  const { identity } = checked;
  return [
    {
      before: known,
      after: {
        plate: identity.plate ?? known.plate,
        plateColor: identity.plateColor ?? known.plate_color,
        district: identity.district ?? known.district,
        enterprise: identity.enterprise ?? known.enterprise,
        useType: identity.useType ?? known.use_type,
      },
    },
  ];
}

function factsOf({ known, checked, changes }: RowPlan, fromMs: number): FleetImport['facts'][number][] {
  if (known === null || !changes.some(({ field }) => field in checked.parameters)) return [];
  return [{ id: known.id, after: known.after, fromMs, values: { ...known.values, ...checked.parameters } }];
}
