import type { Db, Step } from '../db.ts';

/** What a site changed in the rules' parameters, from a Beijing day on. */
export interface RuleSettings {
  readonly id: number;
  readonly overrides: Readonly<Record<string, number>>;
  readonly validFrom: string;
}

/** The whole history, in the order in which it was recorded: of those valid on a day the last applies. */
export async function ruleSettings(db: Db): Promise<RuleSettings[]> {
  const rows = await db.query<{ id: number; overrides: Record<string, number>; valid_from: string }>(
    'select id, overrides, valid_from from rule_settings order by id',
    [],
    { priority: 'job' },
  );
  return rows.map((row) => ({ id: row.id, overrides: row.overrides, validFrom: row.valid_from }));
}

/** A fleet reference to be stored; `reference` is JSON. */
export interface ReferenceRow {
  readonly id: string;
  readonly month: string;
  readonly engineModel: string;
  readonly stage: string;
  readonly trucks: number;
  readonly truckDays: number;
  readonly reference: string;
}

/** Whether the references of a month were made. */
export async function referencesMade(db: Db, month: string): Promise<boolean> {
  const rows = await db.query('select 1 as one from reference_months where month = $1::text', [month], { priority: 'job' });
  return rows.length === 1;
}

/** The references of a month, as JSON texts. */
export async function fleetReferences(db: Db, month: string): Promise<string[]> {
  const rows = await db.query<{ text: string }>(
    'select reference::text as text from fleet_references where month = $1::text order by id',
    [month],
    { priority: 'job' },
  );
  return rows.map((row) => row.text);
}

/** An engine model and stage that trucks had on the days from … to (included). */
export interface ReferenceGroup {
  readonly engineModel: string;
  readonly stage: string;
}

/** The engine models and stages of the days from … to (included), in order. */
export async function referenceGroups(db: Db, fromDay: string, toDay: string): Promise<ReferenceGroup[]> {
  return await db.query<ReferenceGroup>(
    `select distinct summary -> 'facts' ->> 'engineModel' as "engineModel", summary -> 'facts' ->> 'stage' as stage from truck_day
     where day between $1::date and $2::date and samples > 0
       and summary -> 'facts' ->> 'engineModel' is not null and summary -> 'facts' ->> 'stage' is not null order by 1, 2`,
    [fromDay, toDay],
    { priority: 'job' },
  );
}

/**
 * The trucks of one engine model and stage with days from … to (included): at most `most`, those whose VIN has the lowest MD5, so that
 * the choice rests on nothing that has to do with emissions and is the same every time.
 */
export async function referenceTrucks(
  db: Db,
  group: ReferenceGroup,
  fromDay: string,
  toDay: string,
  most: number,
): Promise<{ vehicleId: number; vin: string }[]> {
  return await db.query<{ vehicleId: number; vin: string }>(
    `select id as "vehicleId", vin from vehicles v where exists (select 1 from truck_day d
         where d.vehicle_id = v.id and d.day between $3::date and $4::date and d.samples > 0
           and summary -> 'facts' ->> 'engineModel' = $1::text and summary -> 'facts' ->> 'stage' = $2::text)
     order by md5(vin) limit $5::int`,
    [group.engineModel, group.stage, fromDay, toDay, most],
    { priority: 'job' },
  );
}

/** Days of a truck of one engine model and stage from … to (included), as JSON of what a reference looks at. */
export async function referenceDays(
  db: Db,
  vehicleId: number,
  group: ReferenceGroup,
  fromDay: string,
  toDay: string,
): Promise<string[]> {
  const rows = await db.query<{ text: string }>(
    `select jsonb_build_object('date', summary -> 'date', 'facts', summary -> 'facts',
         'samples', summary -> 'samples', 'bins', summary -> 'bins', 'plausibility', summary -> 'plausibility',
         'ureaTank', summary -> 'ureaTank', 'airFuel', summary -> 'airFuel', 'dpf', summary -> 'dpf')::text as text
     from truck_day
     where vehicle_id = $5::int and day between $3::date and $4::date and samples > 0
       and summary -> 'facts' ->> 'engineModel' = $1::text and summary -> 'facts' ->> 'stage' = $2::text
     order by day`,
    [group.engineModel, group.stage, fromDay, toDay, vehicleId],
    { priority: 'job' },
  );
  return rows.map((row) => row.text);
}

/** The references of a month, once: they are never changed. The evaluated days that they are for are marked, as they were judged without. */
export function makeReferencesSteps(
  month: { readonly month: string; readonly truckDays: number; readonly formula: string },
  references: readonly ReferenceRow[],
  fromDay: string,
  toDay: string,
): Step[] {
  return [
    {
      sql: 'insert into reference_months (month, truck_days, formula) values ($1::text, $2::int, $3::text)',
      params: [month.month, month.truckDays, month.formula],
    },
    {
      sql: `insert into fleet_references (id, month, engine_model, stage, trucks, truck_days, reference)
            select i, m, e, s, t, d, r::jsonb
            from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int4[], $6::int4[], $7::text[]) as u (i, m, e, s, t, d, r)`,
      params: [
        references.map((row) => row.id),
        references.map((row) => row.month),
        references.map((row) => row.engineModel),
        references.map((row) => row.stage),
        references.map((row) => row.trucks),
        references.map((row) => row.truckDays),
        references.map((row) => row.reference),
      ],
    },
    {
      sql: `insert into dirty_days (vehicle_id, day, reason)
            select vehicle_id, day, 'the fleet reference of the month was made' from truck_day
            where day between $1::date and $2::date and summary is not null and $3::int > 0
            on conflict (vehicle_id, day) do update set marked_at = now()`,
      params: [fromDay, toDay, references.length],
    },
  ];
}
