import { createHash } from 'node:crypto';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { addAudit, auditStep, type Db, fleetKnown, importSteps, OptimisticConflict, sqlStateOf } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { BeijingDate, beijingDate, startOfDate } from '../beijing-day.ts';
import { actorName } from '../caller.ts';
import { CSV_BOM, csvLine } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { type CheckedTable, checkTable } from '../fleet-import/check-rows.ts';
import { headOf, IMPORT_COLUMNS } from '../fleet-import/columns.ts';
import { MAX_FILE_BYTES } from '../fleet-import/limits.ts';
import { type ImportPlan, planImport, type RowPlan } from '../fleet-import/plan.ts';
import { readFile } from '../fleet-import/read-file.ts';
import { type ImportWork, workOf } from '../fleet-import/work.ts';
import { Gate } from '../gate.ts';
import { Problem } from '../problem.ts';
import { body, conflict, json, plainText, problems } from '../schemas.ts';
import { tellDoors } from '../tell-doors.ts';

/** Faults and rows that an answer tells one by one; all are counted. */
const TOLD = 500;
/** Trucks that one row of the trail names, so that none grows beyond reason. */
const TRUCKS_AN_ENTRY = 500;

const Cell = z.union([z.string(), z.number(), z.boolean()]);
const Fault = z
  .object({
    row: z.number().int().openapi({ description: 'As the spreadsheet counts, from 1' }),
    column: z.string().nullable().openapi({ description: 'Letter of the column; null: the file has none for this field' }),
    field: z.string(),
    code: z.string(),
    value: z.string(),
    more: z.record(z.string(), z.union([z.string(), z.number()])),
    says: z.string(),
  })
  .openapi('ImportFault');

const Answer = z
  .object({
    sha256: z.string().openapi({ description: 'Of the file' }),
    format: z.enum(['xlsx', 'csv']),
    encoding: z.string().nullable(),
    columns: z.array(z.object({ column: z.string(), head: z.string(), field: z.string().nullable() })).openapi({
      description: 'Columns of the file; field null: not used',
    }),
    counts: z.object({
      rows: z.number().int(),
      new: z.number().int(),
      changed: z.number().int(),
      unchanged: z.number().int(),
      wrong: z.number().int(),
    }),
    faults: z.array(Fault).openapi({ description: `The first ${TOLD} by row` }),
    faultCount: z.number().int(),
    rows: z
      .array(
        z.object({
          row: z.number().int(),
          vin: z.string(),
          plate: z.string(),
          kind: z.enum(['new', 'changed']),
          changes: z.array(z.object({ field: z.string(), before: Cell.nullable(), after: Cell })),
        }),
      )
      .openapi({ description: `Rows that would write something, the first ${TOLD}` }),
    written: z.boolean().openapi({ description: 'Whether anything was written' }),
    secrets: z
      .array(z.object({ terminalId: z.string(), plate: z.string(), secret: z.string() }))
      .openapi({ description: 'Secrets of terminals that were entered: told this once and never stored' }),
  })
  .openapi('VehicleImport');

const run = createRoute({
  method: 'post',
  path: '/vehicles/import',
  tags: ['vehicles'],
  summary: 'Enter and change trucks from an Excel or CSV file; check first, then write all rows or only the valid ones',
  description:
    'check writes nothing and tells what every row would do and what is wrong with which cell. all writes when no cell is wrong, and refuses otherwise; valid leaves the wrong rows out. A second import of the same file finds everything unchanged and writes nothing. Cells that are empty leave what is entered as it is.',
  request: {
    body: body(
      z
        .strictObject({
          name: plainText(200).openapi({ description: 'Name of the file, for the trail' }),
          content: z
            .string()
            .max(Math.ceil(MAX_FILE_BYTES / 3) * 4, `the file must not be larger than ${MAX_FILE_BYTES} bytes`)
            .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'must be base64')
            .openapi({ description: `The file in base64; at most ${MAX_FILE_BYTES} bytes` }),
          mode: z.enum(['check', 'all', 'valid']),
          factsFrom: BeijingDate.optional().openapi({
            description: 'From which Beijing day changed parameters of known trucks hold; absent: today',
          }),
        })
        .openapi('VehicleImportOrder'),
    ),
  },
  responses: { 200: json(Answer, 'What it would do, or did'), ...problems, ...conflict },
});

const template = createRoute({
  method: 'get',
  path: '/vehicles/import/template',
  tags: ['vehicles'],
  summary: 'An empty file with all columns, its head in Chinese and English',
  responses: { 200: { description: 'CSV, UTF-8', content: { 'text/csv': { schema: z.string() } } }, ...problems },
});

/** What is wrong with a file as a whole, in a sentence. */
const FILE_SAYS = {
  empty: 'holds no rows',
  oldExcel: 'is in the old Excel form (.xls); save it as .xlsx or CSV',
  notText: 'is neither an Excel workbook nor text in UTF-8 or GB18030',
  notWorkbook: 'cannot be read as an Excel workbook (.xlsx)',
  badCsv: 'is not well-formed CSV',
  tooBig: 'is too big when it is unpacked',
  tooManyColumns: 'has too many columns',
  tooManyRows: 'has too many rows; split it',
  noVin: 'has no column VIN in its first ten rows',
} as const;

function fileProblem(code: keyof typeof FILE_SAYS, detail: string): Problem {
  const reason = `${code}: ${FILE_SAYS[code]}${detail === '' ? '' : ` (${detail})`}`;
  return new Problem(
    400,
    'INVALID',
    `The file ${FILE_SAYS[code]}${detail === '' ? '' : ` (${detail})`}.`,
    'Correct the file, or start from the template: /api/v1/vehicles/import/template.',
    {
      errors: [{ field: 'body.content', reason }],
    },
  );
}

function changedMeanwhile(): Problem {
  return new Problem(
    409,
    'CHANGED',
    'Trucks or terminals of this file were changed while it was imported; nothing was written.',
    'Check the file again: the check tells what stands now.',
  );
}

type Table = Extract<CheckedTable, { ok: true }>;

function answerOf(
  bytes: Uint8Array,
  read: { format: 'xlsx' | 'csv'; encoding: string | null },
  table: Table,
  plan: ImportPlan,
): Omit<z.infer<typeof Answer>, 'written' | 'secrets'> {
  const writing = plan.rows.flatMap((row) => (row.kind === 'unchanged' ? [] : [{ ...row, kind: row.kind }]));
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    format: read.format,
    encoding: read.encoding,
    columns: table.columns.map((each) => ({ ...each, head: each.head.slice(0, 60) })),
    counts: plan.counts,
    faults: plan.faults.slice(0, TOLD).map((fault) => ({ ...fault, more: { ...fault.more } })),
    faultCount: plan.faults.length,
    rows: writing.slice(0, TOLD).map(({ row, vin, plate, kind, changes }) => ({ row, vin, plate, kind, changes: [...changes] })),
  };
}

/** Entering trucks from a file. */
export function vehicleImportRoutes(deps: ApiDeps, db: Db) {
  const write = async (work: ImportWork, entries: Parameters<typeof auditStep>[0][]) => {
    try {
      await db.batch([...importSteps(work.write), ...entries.map(auditStep)]);
    } catch (error) {
      const state = sqlStateOf(error);
      if (error instanceof OptimisticConflict || state === '23505' || state === '23P01') throw changedMeanwhile();
      throw error;
    }
    await tellDoors(deps);
  };
  const reading = new Gate(1, 5);
  return new OpenAPIHono<ApiEnv>()
    .openapi(template, (c) => {
      c.header('Content-Type', 'text/csv; charset=utf-8');
      c.header('Content-Disposition', 'attachment; filename="plume-vehicles.csv"');
      return c.body(CSV_BOM + csvLine(IMPORT_COLUMNS.map(headOf))) as never;
    })
    .openapi(run, async (c) => {
      const order = c.req.valid('json');
      const caller = c.get('caller');
      const bytes = Buffer.from(order.content, 'base64');
      const read = await reading.run(() => readFile(bytes));
      if (!read.ok) throw fileProblem(read.code, read.detail);
      const table = checkTable(read.rows);
      if (!table.ok) throw fileProblem(table.code, table.detail);
      const known = await fleetKnown(db, {
        vins: table.rows.map(({ vin }) => vin),
        plates: table.rows.flatMap(({ identity }) => identity.plate ?? []),
        terminals: table.rows.flatMap(({ terminalId }) => terminalId ?? []),
      });
      const rights = { districts: caller.districts, mayAddTerminals: caller.permissions.has('terminals.manage') };
      const plan = planImport(table, known, rights);
      const answer = answerOf(bytes, read, table, plan);
      const doing = plan.rows.filter(({ kind }) => kind !== 'unchanged');
      const file = { name: order.name, sha256: answer.sha256, mode: order.mode, counts: plan.counts };
      const told = (action: string, detail: Record<string, unknown>) =>
        c.get('trail').done(action, { kind: 'file', id: answer.sha256 }, detail);
      if (order.mode === 'all' && plan.faults.length > 0) throw rowsWrong(plan);
      if (order.mode === 'check' || doing.length === 0) {
        await addAudit(db, told('vehicle.import.check', file));
        return c.json({ ...answer, written: false, secrets: [] }, 200);
      }
      const nowMs = deps.clock();
      const factsFromMs = startOfDate(order.factsFrom ?? beijingDate(nowMs));
      const work = workOf(plan, { by: actorName(caller), nowMs, factsFromMs });
      await write(
        work,
        entriesOf(doing, file, (detail) => told('vehicle.import', detail)),
      );
      c.header('Cache-Control', 'no-store');
      return c.json({ ...answer, written: true, secrets: [...work.secrets] }, 200);
    });
}

/** The rows of the trail: all trucks that an import writes, with what changes, so many an entry. */
function entriesOf(
  rows: readonly RowPlan[],
  file: object,
  entry: (detail: Record<string, unknown>) => Parameters<typeof auditStep>[0],
) {
  const entries: Parameters<typeof auditStep>[0][] = [];
  const parts = Math.ceil(rows.length / TRUCKS_AN_ENTRY);
  for (let part = 0; part < parts; part += 1) {
    const slice = rows.slice(part * TRUCKS_AN_ENTRY, (part + 1) * TRUCKS_AN_ENTRY);
    const trucks = slice.map(({ row, vin, kind, changes }) => ({
      row,
      vin,
      kind,
      changes: changes.map(({ field, before, after }) => [field, before, after]),
    }));
    entries.push(entry({ ...file, part: part + 1, parts, trucks }));
  }
  return entries;
}

function rowsWrong(plan: ImportPlan): Problem {
  return new Problem(
    400,
    'INVALID',
    `${plan.counts.wrong} of ${plan.counts.rows} rows are wrong; nothing was written.`,
    'Correct the cells and send the file again, or import only the valid rows.',
    {
      errors: plan.faults
        .slice(0, 100)
        .map((fault) => ({ field: `${fault.column ?? fault.field}${fault.row}`, reason: `${fault.field} ${fault.says}` })),
    },
  );
}
