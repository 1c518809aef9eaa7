import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type CaseWhole, type Db, getCase, listCases, listStations, type NamedTruck, trucksByName } from '@plume/db';
import { CASE_STATES, type StepContext, takeStep } from '@plume/ingest/rules';
import type { Context } from 'hono';
import type { ApiEnv } from '../access.ts';
import { actorName } from '../caller.ts';
import { caseNumber } from '../cases/case-schema.ts';
import { CASE_COLUMNS } from '../cases/import-columns.ts';
import { type ImportRow, type RowFault, readRows } from '../cases/import-rows.ts';
import { recordStep } from '../cases/record-step.ts';
import { stepContext } from '../cases/step-context.ts';
import { factsOf } from '../cases/stored-facts.ts';
import type { ApiDeps } from '../deps.ts';
import {
  cellsOf,
  IMPORT_ANSWER,
  importOrder,
  limitRows,
  TEMPLATE_RESPONSES,
  templateFile,
} from '../fleet-import/record-files.ts';
import { barePlate, byPlate } from '../inspections/truck-finder.ts';
import { invalid } from '../problem.ts';
import { json, problems } from '../schemas.ts';

const Fault = z
  .object({ row: z.number().int(), column: z.string(), zh: z.string(), en: z.string() })
  .openapi('CaseImportFault', { description: 'row as the spreadsheet counts, from 1; column: its head' });

const run = createRoute({
  method: 'post',
  path: '/case-imports',
  tags: ['cases'],
  summary: 'Enter repairs and retests from an Excel or CSV file, one row a vehicle; check first, then write',
  description:
    'check writes nothing and tells what is wrong with which cell. write enters the rows without a fault, each a transaction of its own, and tells the others again. The truck is found by its case, its VIN or its plate; it must have exactly one open case that waits for a repair or a retest. Columns that fill nothing are listed.',
  request: {
    body: importOrder('CaseImportOrder'),
  },
  responses: {
    200: json(
      z.object({
        ...IMPORT_ANSWER,
        faults: z.array(Fault),
        cases: z
          .array(z.object({ row: z.number().int(), id: z.number().int(), number: z.string(), state: z.enum(CASE_STATES) }))
          .openapi({ description: 'Of each row without a fault: its case, and where it stands (afterwards)' }),
      }),
      'What it would do, or did',
    ),
    ...problems,
  },
});

const template = createRoute({
  method: 'get',
  path: '/case-imports/template',
  tags: ['cases'],
  summary: 'An empty file with all columns',
  responses: TEMPLATE_RESPONSES,
});

const WAITING = ['repair', 'retest', 'roadCheck'];
const fault = (row: ImportRow, column: string, zh: string, en: string): RowFault => ({ row: row.row, column, zh, en });

/** The one case that a row means. Cases of other districts are not found; a plate that two trucks have names neither. */
async function caseOf(
  db: Db,
  row: ImportRow,
  districts: readonly string[] | null,
  today: string,
  plates: ReadonlyMap<string, readonly NamedTruck[]>,
): Promise<CaseWhole | RowFault> {
  const { find } = row;
  const named = plates.get(barePlate(find.plate)) ?? [];
  if (!find.case && !find.vin && named.length > 1 && named.some(({ mine }) => mine))
    return fault(
      row,
      '车牌',
      '不止一辆车登记了此车牌，请写 VIN 或案号',
      'is the plate of more than one truck: write the VIN or the case',
    );
  const search = find.case || find.vin || find.plate;
  const column = find.case ? '案号' : find.vin ? 'VIN' : '车牌';
  if (search === '') return fault(row, '车牌', '未写车辆或案号', 'names neither a truck nor a case');
  const found = await listCases(db, {
    states: WAITING,
    types: undefined,
    vehicleId: undefined,
    officer: undefined,
    district: undefined,
    search,
    due: undefined,
    today,
    soonDay: today,
    districts,
    sort: 'opened',
    descending: true,
    after: undefined,
    limit: 20,
  });
  const exact = found.filter(
    (each) =>
      (!find.case || caseNumber(each) === find.case) &&
      (!find.vin || each.vin === find.vin) &&
      (!find.plate || each.plate === find.plate),
  );
  const [one] = exact;
  if (!one) return fault(row, column, '没有待维修或待复检的案件', 'has no case that waits for a repair or a retest');
  if (exact.length > 1)
    return fault(row, '案号', '该车有多件待办案件，请写案号', 'the truck has several such cases: write which');
  return (await getCase(db, one.id)) ?? fault(row, column, '没有这个案件', 'is no case');
}

/** Everything that is wrong with the steps of a row, one after the other as they would be taken. */
function checkSteps(found: CaseWhole, row: ImportRow, context: StepContext): RowFault[] {
  if (row.steps.length === 0) return [fault(row, '', '没有维修或复检内容', 'brings neither a repair nor a retest')];
  let facts = factsOf(found);
  for (const step of row.steps) {
    const taken = takeStep(facts, step, context);
    if (!taken.ok)
      return taken.refusals.map(({ field, zh, en }) => fault(row, row.headOf(step.kind, field.replace('values.', '')), zh, en));
    facts = taken.facts;
  }
  return [];
}

/** Repairs and retests from a file. */
export function caseImportRoutes(deps: ApiDeps, db: Db) {
  const write = async (c: Context<ApiEnv>, found: CaseWhole, row: ImportRow, name: string, context: StepContext) => {
    let { version } = found;
    for (const step of row.steps) {
      const taken = await recordStep(db, context, {
        caseId: found.id,
        version,
        step,
        actor: actorName(c.get('caller')),
        atMs: deps.clock(),
        entry: (before) =>
          c
            .get('trail')
            .done(
              `case.${step.kind}`,
              { kind: 'case', id: String(found.id) },
              { from: before.state, version, day: step.day, values: step.values, file: name, row: row.row },
            ),
      });
      if (taken.outcome !== 'done')
        return fault(row, '案号', '案件已被他人改动，本行未全部写入', 'somebody changed the case: the row was not written whole');
      ({ version } = taken);
    }
    return null;
  };

  return new OpenAPIHono<ApiEnv>()
    .openapi(run, async (c) => {
      const { name, content, mode } = c.req.valid('json');
      const file = readRows(await cellsOf(content), await listStations(db));
      if (file === null) throw invalid('body.content', 'has no heads that name a truck or a case, and a repair or a retest');
      const { rows, columnsLeftOut } = file;
      limitRows(rows);
      const context = await stepContext(db, deps.clock());
      const plates = byPlate(await trucksByName(db, c.get('caller').districts));
      const faults: RowFault[] = [];
      const cases: { row: number; id: number; number: string; state: (typeof CASE_STATES)[number] }[] = [];
      const seen = new Set<number>();
      let written = 0;
      let ready = 0;
      for (const row of rows) {
        const found = await caseOf(db, row, c.get('caller').districts, context.today, plates);
        if (!('vehicle_id' in found)) {
          faults.push(found, ...row.faults);
          continue;
        }
        const twice = seen.has(found.id) ? [fault(row, '案号', '该案件在文件中出现两次', 'is in the file twice')] : [];
        const wrong = [...twice, ...row.faults, ...(row.faults.length > 0 ? [] : checkSteps(found, row, context))];
        seen.add(found.id);
        if (wrong.length > 0) {
          faults.push(...wrong);
          continue;
        }
        ready += 1;
        const trouble = mode === 'write' ? await write(c, found, row, name, context) : null;
        if (trouble) {
          faults.push(trouble);
          continue;
        }
        if (mode === 'write') written += 1;
        const after = mode === 'write' ? await getCase(db, found.id) : found;
        cases.push({
          row: row.row,
          id: found.id,
          number: caseNumber(found),
          state: z.enum(CASE_STATES).parse(after?.state ?? found.state),
        });
      }
      return c.json({ rows: rows.length, ready, written, columnsLeftOut: [...columnsLeftOut], faults, cases }, 200);
    })
    .openapi(template, () => templateFile(CASE_COLUMNS, 'plume-repairs.csv'));
}
