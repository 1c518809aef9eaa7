import { enterLayUp } from '@plume/db';
import { SIGNALS } from '@plume/ingest/protocol';
import { history, type TerminalMessage, type TruckSpec, truckSpec } from '@plume/simulators';
import type { PlainRow } from '../independent/plain-day.ts';
import { type FleetDay, type FleetTruck, fleetDay, type SaidOfLimit, silentDay } from '../independent/plain-fleet.ts';
import { EvaluationSite } from './evaluation-site.ts';

/** A small fleet whose every figure is known from its rows: what the statistics are held against. */
const DAY_S = 86_400;
const dayStart = (day: string): number => Date.parse(`${day}T00:00:00+08:00`) / 1000;
/** Ten minutes into the day after the last. */
const NOW_MS = (dayStart('2026-09-04') + 600) * 1000;
const ENTERED = '2026-08-28';
const LONG_AGO = '2025-08-31';
/** A year before, then over the end of a month. */
const DAYS = ['2025-09-01', '2026-08-30', '2026-08-31', '2026-09-01', '2026-09-02'] as const;

type Registered = { readonly district: string | null; readonly enterprise: string | null; readonly use: string | null };

interface Member {
  readonly spec: TruckSpec;
  readonly days: readonly string[];
  readonly since: string;
  /** As it is registered in the end; first it stands elsewhere. */
  readonly registered: Registered;
}

function member(
  index: number,
  scenario: Parameters<typeof truckSpec>[2],
  terminal: Partial<TruckSpec['terminal']>,
  days: readonly string[],
  registered: Registered,
  more: Partial<TruckSpec> = {},
): Member {
  const base = truckSpec(7, index, scenario);
  const spec = { ...base, shiftStartS: 9 * 3600, shiftHours: 3, ...more, terminal: { ...base.terminal, ...terminal } };
  return { spec, days, since: days.includes(DAYS[0]) ? LONG_AGO : ENTERED, registered };
}

const slow = { recordPeriodS: 10, uploadPeriodS: 30 } as const;
const RECENT = DAYS.slice(1);
const MEMBERS: readonly Member[] = [
  member(1, 'scrFailed', { ...slow, format: 'B' }, DAYS, { district: '昌吉市', enterprise: '甲', use: '货运' }),
  member(10, 'healthyV', { ...slow, format: 'H' }, DAYS, { district: '阜康市', enterprise: '乙', use: '渣土' }),
  // Once a second, so that operating modes are known; over midnight into the next month.
  member(
    4,
    'healthyV',
    { recordPeriodS: 1, uploadPeriodS: 10, format: 'H' },
    ['2026-08-31'],
    { district: '阜康市', enterprise: '甲', use: '货运' },
    { shiftStartS: 22.5 * 3600 },
  ),
  // A sensor that fails for one day, another that is pulled off.
  member(
    6,
    'noxSensorStuck',
    { ...slow, format: 'B' },
    RECENT,
    { district: '昌吉市', enterprise: null, use: null },
    { faultFromSec: dayStart('2026-08-31'), faultUntilSec: dayStart('2026-09-01') },
  ),
  member(
    8,
    'noxUnplugged',
    { ...slow, format: 'json' },
    ['2026-09-01', '2026-09-02'],
    { district: null, enterprise: '乙', use: '货运' },
    { faultFromSec: dayStart('2026-09-02') },
  ),
  // Never heard of.
  member(12, 'healthyIV', { ...slow, format: 'B' }, [], { district: '昌吉市', enterprise: '甲', use: '渣土' }),
];
/** The second truck is laid up for the last two days before now; that is entered later than these were judged. */
const LAID_UP = { member: 1, from: '2026-09-03', to: null } as const;

/** What the rules are made to say, so that rates of limits have every case; by truck and day in turn. */
const SAID = [
  [],
  [{ rule: 'R-A3', outcome: 'found' }],
  [
    { rule: 'R-A3', outcome: 'clear' },
    { rule: 'R-A2', outcome: 'found' },
  ],
  [
    { rule: 'R-A3', outcome: 'notEvaluated' },
    { rule: 'R-C3', outcome: 'clear' },
  ],
  [
    { rule: 'R-A2', outcome: 'found' },
    { rule: 'R-A3', outcome: 'notEvaluated' },
  ],
  [
    { rule: 'R-C3', outcome: 'found' },
    { rule: 'R-A2', outcome: 'clear' },
  ],
] as const;

/** Those of them that are not over by R-A3 or R-C3. */
const CLEAN = [0, 2, 3, 4];

/** A site with the fleet evaluated, and every truck-day as the plain program has it. */
export interface StatisticsSite {
  readonly site: EvaluationSite;
  readonly trucks: readonly FleetTruck[];
  readonly days: readonly FleetDay[];
  readonly nowMs: number;
}

/** Messages with gaps, some twice, out of order, and some that come after their day was evaluated. */
function deliveries(): { first: TerminalMessage[]; again: TerminalMessage[]; late: TerminalMessage[] } {
  const all = MEMBERS.flatMap(({ spec, days }) =>
    days.flatMap((day) => {
      const from = dayStart(day) + spec.shiftStartS - 1800;
      return [...history([spec], from, from + 4 * 3600)].flat();
    }),
  );
  // Every ninth message never comes, and of one day a quarter of an hour in the middle.
  const silence = dayStart('2026-09-01') + 10.5 * 3600;
  const kept = all.filter(({ sendSec }, i) => i % 9 !== 0 && !(sendSec >= silence && sendSec < silence + 900));
  const isLate = ({ terminalId, sendSec }: TerminalMessage, i: number): boolean =>
    (terminalId === MEMBERS[0]?.spec.terminal.id && sendSec >= dayStart('2026-08-31') && sendSec < dayStart('2026-09-01')) ||
    (terminalId === MEMBERS[3]?.spec.terminal.id && i % 3 === 0);
  const late = kept.filter(isLate);
  const first = kept.filter((message, i) => !isLate(message, i));
  return { first: first.reverse(), again: first.filter((_, i) => i % 4 === 0), late };
}

/** Opens the site on the embedded engine, or on the server of this URL. */
export async function openStatisticsSite(serverUrl: string | null): Promise<StatisticsSite> {
  const site = await EvaluationSite.open(serverUrl, NOW_MS);
  const ids: number[] = [];
  for (const { spec, since } of MEMBERS) ids.push(...(await site.enter([spec], dayStart(since) * 1000)));
  for (const [i, { since }] of MEMBERS.entries())
    await site.db.query('update vehicles set created_at = to_timestamp($2::float8) where id = $1::int', [
      ids[i],
      dayStart(since),
    ]);
  await site.db.query(`update vehicles set district = '玛纳斯县', enterprise = '丙'`);
  await site.start();
  const { first, again, late } = deliveries();
  await site.deliver(first);
  await settled(site);
  await site.deliver(again);
  await site.deliver(late);
  await settled(site);
  for (const [i, { registered }] of MEMBERS.entries())
    await site.db.query(
      'update vehicles set district = $2::text, enterprise = $3::text, use_type = $4::text where id = $1::int',
      [ids[i], registered.district, registered.enterprise, registered.use],
    );
  const laidUp = ids[LAID_UP.member] ?? 0;
  await enterLayUp(site.db, { vehicleId: laidUp, actor: 'test', atMs: NOW_MS }, { ...LAID_UP, reason: 'winter', note: null });
  await settled(site);
  const said = await sayOfLimits(site);
  const trucks = MEMBERS.map(({ spec, registered }, i): FleetTruck => {
    const { district, enterprise, use } = registered;
    return { id: ids[i] ?? 0, district, enterprise, use, stage: spec.stage, model: spec.engineModel, ratedKw: spec.ratedPowerKw };
  });
  return { site, trucks, days: await plainDays(site, trucks, said), nowMs: NOW_MS };
}

/** Until every day is evaluated, those without records too. */
async function settled(site: EvaluationSite): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    await site.evaluator.idle();
    const [row] = await site.db.query<{ n: number }>('select count(*)::int as n from dirty_days');
    quiet = row?.n === 0 ? quiet + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
}

/** Puts outcomes into the evaluated days in turn, and tells them by truck and day. */
async function sayOfLimits({ db }: EvaluationSite): Promise<Map<string, string>> {
  const rows = await db.query<{ vehicle_id: number; day: string }>(
    'select vehicle_id, day::text as day from truck_day order by 1, 2',
  );
  const said = new Map<string, string>();
  for (const [i, { vehicle_id, day }] of rows.entries()) {
    // Every third truck is never over a limit.
    const turn = vehicle_id % 3 === 0 ? CLEAN[i % CLEAN.length] : i % SAID.length;
    const outcomes = JSON.stringify(SAID[turn ?? 0]);
    said.set(`${vehicle_id} ${day}`, outcomes);
    await db.query('update truck_day set verdicts = $3::jsonb where vehicle_id = $1::int and day = $2::date', [
      vehicle_id,
      day,
      outcomes,
    ]);
  }
  return said;
}

function limitOf(outcomes: string): SaidOfLimit {
  const has = (rule: string, outcome: string): boolean => outcomes.includes(`{"rule":"${rule}","outcome":"${outcome}"}`);
  const over = has('R-A3', 'found') || has('R-C3', 'found');
  const overDay = has('R-A2', 'found');
  return {
    judged: over || has('R-A3', 'clear') || has('R-C3', 'clear'),
    over,
    judgedDay: overDay || has('R-A2', 'clear'),
    overDay,
  };
}

const IDS = {
  rpm: 'engineRpm',
  fuelLph: 'fuelRateLph',
  airKgh: 'airFlowKgh',
  torquePct: 'netTorquePct',
  frictionPct: 'frictionTorquePct',
  noxPpm: 'noxDownPpm',
  noxUpPpm: 'noxUpPpm',
  scrInC: 'scrInTempC',
  scrOutC: 'scrOutTempC',
  coolantC: 'coolantTempC',
  ambientC: 'ambientTempC',
  baroKpa: 'baroKpa',
  speedKmh: 'speedKmh',
  odometerKm: 'odometerKm',
} as const satisfies Readonly<Record<Exclude<keyof PlainRow, 'time'>, string>>;

function plainRow(row: Record<string, number | null>): PlainRow {
  const values = Object.entries(IDS).map(([name, id]) => {
    const raw = row[id] ?? null;
    const signal = SIGNALS.find((each) => each.id === id);
    return [name, raw === null || signal === undefined ? null : raw * signal.scale + signal.offset];
  });
  return { ...(Object.fromEntries(values) as Omit<PlainRow, 'time'>), time: row.t ?? 0 };
}

/** In service is a day on which a terminal was on the truck and it was not laid up; the last month of them is judged without records. */
async function plainDays(
  site: EvaluationSite,
  trucks: readonly FleetTruck[],
  said: ReadonlyMap<string, string>,
): Promise<FleetDay[]> {
  const found: FleetDay[] = [];
  for (const [i, truck] of trucks.entries()) {
    const { spec, since } = MEMBERS[i] as Member;
    const facts = {
      ratedKw: spec.ratedPowerKw,
      referenceNm: spec.referenceTorqueNm,
      torque: spec.torqueKind,
      stageU: 0.001587,
    };
    for (let at = dayStart(since); at * 1000 < NOW_MS; at += DAY_S) {
      const day = new Date((at + DAY_S / 2) * 1000).toISOString().slice(0, 10);
      const limit = limitOf(said.get(`${truck.id} ${day}`) ?? '[]');
      const rows = await site.db.query<Record<string, number | null>>(
        `select extract(epoch from time)::float8 as t, ${Object.values(IDS)
          .map((id) => `"${id}"`)
          .join(', ')} from samples
         where vehicle_id = $1::int and time >= to_timestamp($2::float8) and time < to_timestamp($3::float8) order by time`,
        [truck.id, at - 900, at + DAY_S],
      );
      if (rows.some(({ t }) => (t ?? 0) >= at)) {
        const [method] = await site.db.query<{ down: number | null; up: number | null }>(
          `select (summary #>> '{method,lagDownS}')::float8 as down, (summary #>> '{method,lagUpS}')::float8 as up from truck_day where vehicle_id = $1::int and day = $2::date`,
          [truck.id, day],
        );
        const plain = { rows: rows.map(plainRow), fromSec: at, lagDownS: method?.down ?? 0, lagUpS: method?.up ?? 0 };
        found.push(fleetDay(truck, facts, day, plain, limit));
        continue;
      }
      const laidUp = i === LAID_UP.member && day >= LAID_UP.from;
      const judgedDays = at >= NOW_MS / 1000 - 600 - 32 * DAY_S && at + DAY_S <= NOW_MS / 1000;
      if (!laidUp && judgedDays) found.push(silentDay(truck, day, limit));
    }
  }
  return found;
}
