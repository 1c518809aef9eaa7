import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { auditStep, type Db, enterInspection, inspectionKeys, sqlStateOf, trucksByName } from '@plume/db';
import { checkInspection, INSPECTION_KINDS, type InspectionFacts } from '@plume/ingest/rules';
import type { ApiEnv } from '../access.ts';
import { BeijingDate, beijingDate } from '../beijing-day.ts';
import { actorName } from '../caller.ts';
import type { RowFault } from '../cases/import-rows.ts';
import type { ApiDeps } from '../deps.ts';
import {
  cellsOf,
  IMPORT_ANSWER,
  importOrder,
  limitRows,
  TEMPLATE_RESPONSES,
  templateFile,
} from '../fleet-import/record-files.ts';
import { INSPECTION_COLUMNS } from '../inspections/import-columns.ts';
import { type InspectionRowRead, readInspectionRows } from '../inspections/import-rows.ts';
import { toContent } from '../inspections/inspection-schema.ts';
import { truckFinder } from '../inspections/truck-finder.ts';
import { invalid } from '../problem.ts';
import { json, problems } from '../schemas.ts';

const run = createRoute({
  method: 'post',
  path: '/inspection-imports',
  tags: ['inspections'],
  summary: 'Enter inspections from an Excel or CSV file, one row an inspection; check first, then write',
  description:
    'check writes nothing and tells what is wrong with which cell. write enters the rows without a fault, each a transaction of its own, and tells the others again. The truck is found by its VIN, or by a plate that no other truck has; rows about trucks that are not registered here, or not in your districts, are left out and listed. A quantity needs its unit in its head, as in `NOx (ppm)`; while a head is wrong nothing is written. Columns that fill nothing are listed.',
  request: {
    body: importOrder('InspectionImportOrder'),
  },
  responses: {
    200: json(
      z.object({
        ...IMPORT_ANSWER,
        leftOut: z
          .array(z.object({ row: z.number().int(), truck: z.string() }))
          .openapi({ description: 'Rows about trucks that are not registered here' }),
        faults: z.array(z.object({ row: z.number().int(), column: z.string(), zh: z.string(), en: z.string() })),
        inspections: z.array(
          z.object({
            row: z.number().int(),
            id: z.number().int().nullable().openapi({ description: 'null: not written yet' }),
            plate: z.string(),
            kind: z.enum(INSPECTION_KINDS),
            day: BeijingDate,
          }),
        ),
      }),
      'What it would do, or did',
    ),
    ...problems,
  },
});

const template = createRoute({
  method: 'get',
  path: '/inspection-imports/template',
  tags: ['inspections'],
  summary: 'An empty file with all columns',
  responses: TEMPLATE_RESPONSES,
});

const fault = (row: InspectionRowRead, field: string, zh: string, en: string): RowFault => ({
  row: row.row,
  column: row.headOf(field),
  zh,
  en,
});
const THERE = [
  '已有同一车辆、类型、日期、时间和报告编号的记录',
  'is there already: same truck, kind, day, time and report number',
] as const;

/** What tells records apart, as the database's unique index has it. */
function keyOf(vehicleId: number, facts: { kind: string; day: string; time: string | null; reportNo: string | null }): string {
  return [vehicleId, facts.kind, facts.day, facts.time ?? '', facts.reportNo ?? ''].join('|');
}

/** Inspections from a file. */
export function inspectionImportRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(run, async (c) => {
      const { name, content, mode } = c.req.valid('json');
      const file = readInspectionRows(await cellsOf(content));
      if (file === null) throw invalid('body.content', 'has no heads that name a truck and a result');
      const { rows, headFaults, columnsLeftOut } = file;
      limitRows(rows);
      const atMs = deps.clock();
      const today = beijingDate(atMs);
      const find = truckFinder(await trucksByName(db, c.get('caller').districts));
      const known = new Set((await inspectionKeys(db)).map((row) => keyOf(row.vehicle_id, row)));
      const faults: RowFault[] = [...headFaults];
      const leftOut: { row: number; truck: string }[] = [];
      const inspections: { row: number; id: number | null; plate: string; kind: InspectionFacts['kind']; day: string }[] = [];
      for (const row of rows) {
        const { truck, wrong: name } = find(row);
        if (truck === null && name === null) {
          leftOut.push({ row: row.row, truck: row.plate || row.vin });
          continue;
        }
        const wrong: RowFault[] = [...(name ? [fault(row, name.field, name.zh, name.en)] : []), ...row.faults];
        const { facts } = row;
        if (truck === null || facts === null) {
          faults.push(...wrong);
          continue;
        }
        wrong.push(...checkInspection(facts, today).map(({ field, zh, en }) => fault(row, field, zh, en)));
        const key = keyOf(truck.id, facts);
        if (wrong.length === 0 && known.has(key)) wrong.push(fault(row, 'day', ...THERE));
        if (wrong.length > 0) {
          faults.push(...wrong);
          continue;
        }
        known.add(key);
        if (headFaults.length > 0) continue;
        const id = mode === 'write' ? await write(c.get('trail'), truck.id, facts, row) : null;
        if (id === 'there') faults.push(fault(row, 'day', ...THERE));
        else inspections.push({ row: row.row, id, plate: truck.plate, kind: facts.kind, day: facts.day });
      }
      const written = mode === 'write' ? inspections.length : 0;
      return c.json(
        {
          rows: rows.length,
          ready: inspections.length,
          written,
          columnsLeftOut: [...columnsLeftOut],
          leftOut,
          faults,
          inspections,
        },
        200,
      );

      async function write(
        trail: ApiEnv['Variables']['trail'],
        vehicleId: number,
        facts: InspectionFacts,
        { row }: InspectionRowRead,
      ) {
        try {
          return await enterInspection(db, vehicleId, toContent(facts), { atMs, actor: actorName(c.get('caller')) }, (made) => [
            auditStep(
              trail.done('inspection.enter', { kind: 'inspection', id: made }, { vehicle: vehicleId, ...facts, file: name, row }),
            ),
          ]);
        } catch (error) {
          if (sqlStateOf(error) === '23505') return 'there' as const;
          throw error;
        }
      }
    })
    .openapi(template, () => templateFile(INSPECTION_COLUMNS, 'plume-inspections.csv'));
}
