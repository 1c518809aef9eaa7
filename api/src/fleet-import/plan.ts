import type { FleetKnown, KnownTerminal, KnownTruck } from '@plume/db';
import type { CellFault, CheckedRow, CheckedTable } from './check-rows.ts';
import { missing } from './check-rows.ts';
import type { ImportField } from './columns.ts';

/** What one row would do. */
export interface RowPlan {
  readonly row: number;
  readonly vin: string;
  readonly plate: string;
  readonly kind: 'new' | 'changed' | 'unchanged';
  /** Fields that change, before and after; of a new truck all that are given. */
  readonly changes: readonly {
    readonly field: ImportField;
    readonly before: string | number | boolean | null;
    readonly after: string | number | boolean;
  }[];
  readonly checked: CheckedRow;
  /** The truck as it stands; null: it is new. */
  readonly known: KnownTruck | null;
  /** What happens with the terminal that the row names. */
  readonly terminal: 'none' | 'stays' | 'assign' | 'create';
}

/** What an import would do, and what is wrong with it. */
export interface ImportPlan {
  readonly rows: readonly RowPlan[];
  readonly faults: readonly CellFault[];
  readonly counts: {
    readonly rows: number;
    readonly new: number;
    readonly changed: number;
    readonly unchanged: number;
    readonly wrong: number;
  };
}

/** Whose import it is. */
export interface ImportRights {
  /** Null: the whole site. */
  readonly districts: readonly string[] | null;
  readonly mayAddTerminals: boolean;
}

type Table = Extract<CheckedTable, { ok: true }>;
type Say = (field: ImportField, code: CellFault['code'], value: string, says: string, more?: CellFault['more']) => void;

/** Holds the rows of a file against what is entered. Writes nothing. */
export function planImport(table: Table, known: FleetKnown, rights: ImportRights): ImportPlan {
  const faults: CellFault[] = [...table.faults];
  const trucks = new Map(known.trucks.map((truck) => [truck.vin, truck]));
  const terminals = new Map(known.terminals.map((terminal) => [terminal.id, terminal]));
  const inFile = new Map(table.rows.map((row) => [row.vin, row]));
  const holders = new Map<string, KnownTruck[]>();
  for (const truck of known.trucks) holders.set(truck.plate, [...(holders.get(truck.plate) ?? []), truck]);
  const plans: RowPlan[] = [];
  for (const row of table.rows) {
    const before = faults.length;
    const say: Say = (field, code, value, says, more = {}) =>
      faults.push({ row: row.row, column: table.letterOf(field), field, code, value, says, more });
    const truck = trucks.get(row.vin) ?? null;
    checkDistrict(row, truck, rights, say);
    if (truck === null) for (const field of neededOf(row)) faults.push(missing(row.row, field, table.letterOf));
    checkPlate(row, holders.get(row.identity.plate ?? '') ?? [], inFile, rights, say);
    const terminal = terminalOf(row, truck, terminals, rights, say);
    if (faults.length === before) plans.push(planRow(row, truck, terminal));
  }
  const wrong = new Set(faults.map((fault) => fault.row)).size;
  const count = (kind: RowPlan['kind']) => plans.filter((plan) => plan.kind === kind).length;
  faults.sort((a, b) => a.row - b.row || (a.column ?? '').localeCompare(b.column ?? ''));
  return {
    rows: plans,
    faults,
    counts: { rows: table.count, new: count('new'), changed: count('changed'), unchanged: count('unchanged'), wrong },
  };
}

function neededOf(row: CheckedRow): ImportField[] {
  return [
    ...(row.identity.plate === undefined ? (['plate'] as const) : []),
    ...(row.parameters.stage === undefined ? (['stage'] as const) : []),
    ...(row.parameters.ratedPowerKw === undefined ? (['ratedPowerKw'] as const) : []),
  ];
}

/** Whether a truck or terminal of this district is the caller's to see; one without a district is only where the whole site is. */
function isMine({ districts }: ImportRights, district: string | null | undefined): boolean {
  return districts === null || (typeof district === 'string' && districts.includes(district));
}

function checkDistrict(row: CheckedRow, truck: KnownTruck | null, rights: ImportRights, say: Say): void {
  const { districts } = rights;
  if (districts === null) return;
  const mine = (district: string | null | undefined) => isMine(rights, district);
  const told = `must be one of your districts: ${districts.join(', ')}`;
  if (truck !== null && !mine(truck.district))
    say('vin', 'otherDistrict', row.vin, 'is a truck that is not in your districts', { districts: districts.join('、') });
  const { district } = row.identity;
  if (truck === null ? !mine(district) : district !== undefined && !mine(district))
    say('district', 'otherDistrict', district ?? '', told, { districts: districts.join('、') });
}

/** A plate is on one truck, unless the file itself gives that truck another one. A truck that is not the caller's to see is not named. */
function checkPlate(
  row: CheckedRow,
  holders: readonly KnownTruck[],
  inFile: ReadonlyMap<string, CheckedRow>,
  rights: ImportRights,
  say: Say,
): void {
  const { plate } = row.identity;
  if (plate === undefined) return;
  const other = holders.find((truck) => truck.vin !== row.vin && (inFile.get(truck.vin)?.identity.plate ?? plate) === plate);
  if (!other || holders.some((truck) => truck.vin === row.vin)) return;
  if (!isMine(rights, other.district)) say('plate', 'plateTaken', plate, 'is on another truck');
  else say('plate', 'plateTaken', plate, `is the plate of the truck with VIN ${other.vin}`, { vin: other.vin });
}

function terminalOf(
  row: CheckedRow,
  truck: KnownTruck | null,
  terminals: ReadonlyMap<string, KnownTerminal>,
  rights: ImportRights,
  say: Say,
): RowPlan['terminal'] {
  const id = row.terminalId;
  if (id === null) return 'none';
  const terminal = terminals.get(id);
  if (!terminal) {
    if (!rights.mayAddTerminals) say('terminalId', 'terminalNew', id, 'is not entered; an administrator enters terminals');
    return 'create';
  }
  const elsewhere = terminal.vehicle_id !== null && terminal.vehicle_id !== truck?.id;
  if (terminal.revoked) say('terminalId', 'terminalRevoked', id, 'is revoked; enter the device under a new id');
  else if ((elsewhere || terminal.vehicle_id === null) && !isMine(rights, terminal.district))
    say('terminalId', 'terminalNew', id, 'is not in your districts; an administrator assigns it');
  else if (elsewhere)
    say('terminalId', 'terminalElsewhere', id, `is on the truck ${terminal.plate}; take it off there first`, {
      plate: terminal.plate ?? '',
    });
  return terminal.vehicle_id === null ? 'assign' : 'stays';
}

function planRow(row: CheckedRow, known: KnownTruck | null, terminal: RowPlan['terminal']): RowPlan {
  const given: [ImportField, string | number | boolean][] = [
    ...(Object.entries(row.identity) as [ImportField, string][]),
    ...(Object.entries(row.parameters) as [ImportField, string | number | boolean][]),
    ...(known === null && row.fittedAt !== null ? ([['fittedAt', row.fittedAt]] as [ImportField, string][]) : []),
    ...(terminal === 'assign' || terminal === 'create'
      ? ([['terminalId', row.terminalId ?? '']] as [ImportField, string][])
      : []),
  ];
  const stored = (field: ImportField) => (known === null ? null : storedValue(known, field));
  const changes = given
    .map(([field, after]) => ({ field, before: stored(field), after }))
    .filter(({ before, after }) => before !== after);
  const kind = known === null ? 'new' : changes.length === 0 ? 'unchanged' : 'changed';
  return {
    row: row.row,
    vin: row.vin,
    plate: row.identity.plate ?? known?.plate ?? '',
    kind,
    changes,
    checked: row,
    known,
    terminal,
  };
}

function storedValue(truck: KnownTruck, field: ImportField): string | number | boolean | null {
  const identity: Readonly<Record<string, string | null>> = {
    plate: truck.plate,
    plateColor: truck.plate_color,
    district: truck.district,
    enterprise: truck.enterprise,
    useType: truck.use_type,
  };
  if (field in identity) return identity[field] ?? null;
  const value = truck.values[field];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
