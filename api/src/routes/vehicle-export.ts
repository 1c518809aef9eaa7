import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { addAudit, type Db, type FleetRow, fleetKnown, type KnownTruck, listFleet } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { CSV_BOM, csvLine } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { headOf, IMPORT_COLUMNS, type ImportField } from '../fleet-import/columns.ts';
import { problems } from '../schemas.ts';
import { streamBody } from '../stream-body.ts';
import { LINK_STATES, linkState, THRESHOLDS } from './vehicle-schema.ts';

const PAGE = 500;
/** What the list tells beside what can be imported; an import leaves these columns alone. */
const MORE = [
  '链路状态 / Link state',
  '最后接收（北京时间） / Last received (Beijing time)',
  '报停自 / Laid up from',
  '报停至 / Laid up until',
];

const run = createRoute({
  method: 'get',
  path: '/vehicles/export/csv',
  tags: ['vehicles'],
  summary: 'The list of trucks as a file, in the form that an import takes',
  request: {
    query: z.object({ q: z.string().trim().max(100).optional(), state: z.enum(LINK_STATES).optional() }),
  },
  responses: {
    200: { description: 'CSV, UTF-8; times in Beijing time', content: { 'text/csv': { schema: z.string() } } },
    ...problems,
  },
});

function beijingText(at: Date | null): string | null {
  return at === null ? null : new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

function lineOf(row: FleetRow, known: KnownTruck | undefined, nowMs: number): string {
  const identity: Readonly<Partial<Record<ImportField, string | null>>> = {
    vin: row.vin,
    plate: row.plate,
    plateColor: row.plate_color,
    district: row.district,
    enterprise: row.enterprise,
    useType: row.use_type,
    fittedAt: beijingText(row.fitted_at)?.slice(0, 10) ?? null,
    terminalId: row.terminal_id,
  };
  const cells = IMPORT_COLUMNS.map(({ field }) => {
    if (field in identity) return identity[field] ?? null;
    const value = known?.values[field];
    if (typeof value === 'boolean') return value ? '是' : '否';
    return typeof value === 'number' || typeof value === 'string' ? value : null;
  });
  return csvLine([
    ...cells,
    linkState(row.last_received?.getTime(), row.lay_up !== null, nowMs),
    beijingText(row.last_received),
    row.lay_up?.from ?? null,
    row.lay_up?.to ?? null,
  ]);
}

/** The list of trucks as a file. */
export function vehicleExportRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>().openapi(run, async (c) => {
    const q = c.req.valid('query');
    const nowMs = deps.clock();
    const { districts } = c.get('caller');
    const search = { search: q.q || undefined, state: q.state, ids: undefined, districts, nowMs, thresholds: THRESHOLDS };
    await addAudit(db, c.get('trail').done('vehicle.export', null, { search: q.q ?? null, state: q.state ?? null }));
    const text = new TextEncoder();
    const pieces = async function* () {
      yield text.encode(CSV_BOM + csvLine([...IMPORT_COLUMNS.map(headOf), ...MORE]));
      let after: { key: string | number | null; id: number } | undefined;
      do {
        const rows: FleetRow[] = await listFleet(db, { ...search, sort: 'plate', descending: false, after, limit: PAGE });
        const { trucks } = await fleetKnown(db, { vins: rows.map(({ vin }) => vin), plates: [], terminals: [] });
        const facts = new Map(trucks.map((truck) => [truck.id, truck]));
        yield text.encode(rows.map((row) => lineOf(row, facts.get(row.id), nowMs)).join(''));
        const last = rows.length === PAGE ? rows.at(-1) : undefined;
        after = last && { key: last.sort_key, id: last.id };
      } while (after);
    };
    return new Response(streamBody(pieces()), {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': 'attachment; filename="plume-vehicles.csv"',
        'Cache-Control': 'no-store',
      },
    });
  });
}
