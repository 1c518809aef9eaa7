import { seededRandom } from '@plume/ingest/emissions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addVehicle, objectOf, openTestApp, type TestApp } from './test-app.ts';

/** The clock stands at 2026-11-23. Twelve trucks with random evaluated days and random inspections, entered straight into the database. */
let test: TestApp;
const DAY_MS = 86_400_000;
const KINDS = ['roadside', 'remoteSensing', 'annualTest', 'depotCheck', 'blackSmoke'] as const;

interface Day {
  readonly vehicle: number;
  readonly day: string;
  readonly a3: 'found' | 'clear' | 'notEvaluated';
  readonly a2: 'found' | 'clear' | 'notEvaluated';
}
interface Inspection {
  readonly vehicle: number;
  readonly kind: (typeof KINDS)[number];
  readonly day: string;
  readonly result: 'passed' | 'failed' | 'invalid';
  readonly nox: number | null;
}
const days: Day[] = [];
const inspections: Inspection[] = [];
const repairs: { readonly vehicle: number; readonly day: string }[] = [];
const dayAt = (n: number): string => new Date(Date.parse('2026-05-01') + n * DAY_MS).toISOString().slice(0, 10);

beforeAll(async () => {
  test = await openTestApp();
  const random = seededRandom(42);
  const oneOf = <T>(...values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  for (let n = 0; n < 12; n += 1) {
    const vehicle = await addVehicle(test.db, `LFWSRXSJ2G1F000${10 + n}`, `新B000${10 + n}`);
    // Some trucks are over often, some never; one has no day that was evaluated.
    const bad = n % 3 === 0;
    for (let d = 0; n !== 11 && d < 200; d += 1) {
      if (random() < 0.5) continue;
      const a3 = random() < 0.3 ? 'notEvaluated' : random() < (bad ? 0.2 : 0.004) ? 'found' : 'clear';
      days.push({
        vehicle,
        day: dayAt(d),
        a3,
        a2: a3 === 'found' || random() < 0.05 ? 'found' : random() < 0.2 ? 'notEvaluated' : 'clear',
      });
    }
    // Every second truck was repaired twice.
    for (let r = 0; n % 2 === 0 && r < 2; r += 1) repairs.push({ vehicle, day: dayAt(60 + Math.floor(random() * 120)) });
    for (let i = 0; i < 9; i += 1) {
      const nox = random() < 0.4 ? null : Math.round(200 + random() * (bad ? 2600 : 1500));
      const kind = oneOf(...KINDS);
      const over = nox !== null && nox > 1500;
      const result =
        over || (kind !== 'remoteSensing' && bad && random() < 0.4) ? 'failed' : oneOf('passed', 'passed', 'passed', 'invalid');
      inspections.push({ vehicle, kind, day: dayAt(Math.floor(random() * 200)), result, nox });
    }
  }
  await test.db.query(
    `insert into truck_day (vehicle_id, day, until, samples, rules_version, outcomes, outcomes_sha256, verdicts)
     select v, d::date, d::timestamptz, 1, 'x', '[]', '\\x00', jsonb_build_array(jsonb_build_object('rule', 'R-A3', 'outcome', a3), jsonb_build_object('rule', 'R-A2', 'outcome', a2))
     from unnest($1::int[], $2::text[], $3::text[], $4::text[]) as x (v, d, a3, a2)`,
    [days.map((d) => d.vehicle), days.map((d) => d.day), days.map((d) => d.a3), days.map((d) => d.a2)],
    { priority: 'write' },
  );
  for (const { vehicle, day } of repairs) await repaired(vehicle, day);
  for (const [n, { vehicle, kind, day, result, nox }] of inspections.entries()) {
    const values = nox === null ? [] : [{ item: 'noxPpm', value: nox, limit: 1500, limitSource: null }];
    const response = await test.post('/api/v1/inspections', {
      vehicle,
      kind,
      day,
      organisation: 'x',
      method: 'other',
      result,
      reportNo: String(n),
      values,
    });
    if (response.status !== 201) throw new Error(await response.text());
  }
});
afterAll(() => test.close());

let cases = 0;
/** Writes down, as a case of the truck has it, that a repair was completed on a day. */
async function repaired(vehicle: number, day: string, type = 'overLimit'): Promise<void> {
  cases += 1;
  await test.db.query(
    `with made as (
       insert into cases (year, number, vehicle_id, type, origin, source, state, priority, opened_day, opened_at, opened_by, closed_day, closed_reason, progress, trigger, vehicle, updated_at)
       values (2026, $3::int, $1::int, $4::text, 'hand', 'roadside', 'closed', 'normal', $2::date, $2::date, 'test', $2::date, 'compliant', '{}', '{}', '{}', $2::date) returning id)
     insert into case_steps (case_id, seq, kind, day, recorded_at, actor, from_state, to_state)
     select id, 2, 'repair', $2::date, $2::date, 'test', 'repair', 'retest' from made`,
    [vehicle, day, cases, type],
    { priority: 'write' },
  );
}

/** The judgement of remote sensing, by going back through the passes of the truck one by one. */
function judged(each: Inspection, at: number): string {
  if (each.kind !== 'remoteSensing' || each.result !== 'failed') return each.result;
  const earlier = inspections
    .map((other, i) => ({ other, i }))
    .filter(
      ({ other, i }) =>
        other.vehicle === each.vehicle &&
        other.kind === each.kind &&
        (other.day < each.day || (other.day === each.day && i < at)),
    )
    .sort((a, b) => (a.other.day < b.other.day || (a.other.day === b.other.day && a.i < b.i) ? 1 : -1));
  const sixMonths = new Date(`${each.day}T00:00:00Z`);
  const dayOfMonth = sixMonths.getUTCDate();
  sixMonths.setUTCDate(1);
  sixMonths.setUTCMonth(sixMonths.getUTCMonth() - 6);
  const last = new Date(Date.UTC(sixMonths.getUTCFullYear(), sixMonths.getUTCMonth() + 1, 0)).getUTCDate();
  sixMonths.setUTCDate(Math.min(dayOfMonth, last));
  const since = sixMonths.toISOString().slice(0, 10);
  let broken = false;
  for (const { other } of earlier) {
    if (other.day < since) break;
    if (other.nox === null || other.result === 'invalid') continue;
    if (other.nox <= 1500) broken = true;
    else return broken ? 'repeated' : 'failed';
  }
  return 'single';
}

interface Counts {
  records: number;
  notJudged: number;
  notEvaluated: number;
  bothOver: number;
  inspectionOnly: number;
  obdOnly: number;
  bothUnder: number;
}

/** The counts again, from the generated facts alone. */
function recount(
  kind: string,
  q: { before: number; after: number; basis: string; verdict: string; from: string; to: string },
): Counts {
  const counts = { records: 0, notJudged: 0, notEvaluated: 0, bothOver: 0, inspectionOnly: 0, obdOnly: 0, bothUnder: 0 };
  inspections.forEach((each, i) => {
    if ((kind !== 'all' && each.kind !== kind) || each.day < q.from || each.day > q.to) return;
    counts.records += 1;
    const judgement = judged(each, i);
    const inspection =
      each.result === 'invalid'
        ? null
        : q.basis === 'NOx'
          ? each.nox === null
            ? null
            : each.nox > 1500
          : judgement === 'failed'
            ? true
            : judgement === 'passed'
              ? false
              : null;
    const at = Date.parse(each.day);
    const around = days.filter((d) => {
      const apart = (Date.parse(d.day) - at) / DAY_MS;
      const another = repairs.some(
        ({ vehicle, day }) => vehicle === d.vehicle && (day <= each.day ? d.day <= day : d.day >= day),
      );
      return d.vehicle === each.vehicle && apart >= -q.before && apart <= q.after && !another;
    });
    const said = around.map((d) => (q.verdict === 'probable' ? d.a3 : d.a2)).filter((a) => a !== 'notEvaluated');
    // R-A3 cannot speak of fewer than three days.
    const obd = said.includes('found') ? true : said.length >= (q.verdict === 'probable' ? 3 : 1) ? false : null;
    if (inspection === null) counts.notJudged += 1;
    else if (obd === null) counts.notEvaluated += 1;
    else counts[inspection ? (obd ? 'bothOver' : 'inspectionOnly') : obd ? 'obdOnly' : 'bothUnder'] += 1;
  });
  return counts;
}

const Share = z.object({ share: z.number(), low: z.number(), high: z.number() }).nullable();
const Answer = z.object({
  rows: z.array(
    z.looseObject({
      kind: z.string(),
      n: z.number(),
      trucks: z.number(),
      agreement: Share,
      found: Share,
      cleared: Share,
      confirmed: Share,
      kappa: z.object({ kappa: z.number() }).nullable(),
    }),
  ),
  pairs: z.array(z.looseObject({ outcome: z.string() })),
  pairsLeftOut: z.number(),
});

it.each([
  { before: 30, after: 0, basis: 'result', verdict: 'probable' },
  { before: 0, after: 0, basis: 'result', verdict: 'day' },
  { before: 7, after: 7, basis: 'NOx', verdict: 'probable' },
  { before: 90, after: 90, basis: 'NOx', verdict: 'day' },
])('counts as an independent count does: $basis, $verdict, $before days before and $after after', async (q) => {
  const range = { from: '2026-06-01', to: '2026-10-31' };
  const query = new URLSearchParams({ ...range, ...q, before: String(q.before), after: String(q.after) });
  const answer = Answer.parse(await objectOf(await test.get(`/api/v1/inspection-agreement?${query}`)));
  expect(answer.rows.map(({ kind }) => kind)).toEqual([...KINDS, 'all']);
  for (const row of answer.rows) {
    const counts = recount(row.kind, { ...q, ...range });
    expect(row).toMatchObject(counts);
    const { bothOver, inspectionOnly, obdOnly, bothUnder } = counts;
    const n = bothOver + inspectionOnly + obdOnly + bothUnder;
    expect(row.n).toBe(n);
    const share = (part: number, whole: number) => (whole === 0 ? undefined : part / whole);
    expect(row.agreement?.share).toBe(share(bothOver + bothUnder, n));
    expect(row.found?.share).toBe(share(bothOver, bothOver + inspectionOnly));
    expect(row.cleared?.share).toBe(share(bothUnder, bothUnder + obdOnly));
    expect(row.confirmed?.share).toBe(share(bothOver, bothOver + obdOnly));
    // p0 = the end of an interval: (p − p0)² = z² p0 (1 − p0) / n.
    for (const end of row.agreement ? [row.agreement.low, row.agreement.high] : [])
      if (end > 0 && end < 1 && row.agreement)
        expect((row.agreement.share - end) ** 2).toBeCloseTo((1.959963984540054 ** 2 * end * (1 - end)) / n, 9);
    if (row.kappa) {
      const chance =
        ((bothOver + inspectionOnly) * (bothOver + obdOnly) + (obdOnly + bothUnder) * (inspectionOnly + bothUnder)) / n ** 2;
      expect(row.kappa.kappa).toBeCloseTo(((bothOver + bothUnder) / n - chance) / (1 - chance), 10);
    }
  }
  const all = answer.rows.at(-1);
  expect(answer.pairs.length + answer.pairsLeftOut).toBe(all?.records);
  expect(answer.pairs.filter(({ outcome }) => outcome === 'inspectionOnly')).toHaveLength(Number(all?.inspectionOnly));
});

it('has something to say in every cell of the table that is compared above', () => {
  const all = recount('all', {
    before: 30,
    after: 0,
    basis: 'result',
    verdict: 'probable',
    from: '2026-06-01',
    to: '2026-10-31',
  });
  expect(Math.min(...Object.values(all))).toBeGreaterThan(0);
});

it('says that there is nothing, and no share of nothing', async () => {
  const answer = Answer.parse(await objectOf(await test.get('/api/v1/inspection-agreement?from=2025-01-01&to=2025-02-01')));
  for (const row of answer.rows)
    expect(row).toMatchObject({ records: 0, n: 0, agreement: null, found: null, cleared: null, confirmed: null, kappa: null });
});

it('refuses a window or a period that makes no sense, at its field', async () => {
  for (const [query, field] of [
    ['before=91', 'query.before'],
    ['from=2026-02-01&to=2026-01-01', 'query.from'],
    ['from=2020-01-01&to=2026-01-01', 'query.from'],
  ])
    expect(await objectOf(await test.get(`/api/v1/inspection-agreement?${query}`))).toMatchObject({ errors: [{ field }] });
});

describe('the OBD side of a pair', () => {
  let n = 0;
  /** A truck with these days, `yyyy-mm-dd rule outcome` each, and an annual test on 2024-06-15 that it passed. */
  const truck = async (evaluated: readonly string[], repairDays: readonly string[] = [], type?: string) => {
    n += 1;
    const vehicle = await addVehicle(test.db, `LFWSRXSJ2G1F001${10 + n}`, `新C000${10 + n}`);
    for (const [day, rule, outcome] of evaluated.map((each) => each.split(' ')))
      await test.db.query(
        `insert into truck_day (vehicle_id, day, until, samples, rules_version, outcomes, outcomes_sha256, verdicts)
         values ($1::int, $2::date, $2::date, 1, 'x', '[]', '\\x00', jsonb_build_array(jsonb_build_object('rule', $3::text, 'outcome', $4::text)))`,
        [vehicle, day, rule, outcome],
        { priority: 'write' },
      );
    for (const day of repairDays) await repaired(vehicle, day, type);
    const entry = { vehicle, kind: 'annualTest', day: '2024-06-15', organisation: 'x', method: 'lugDown', result: 'passed' };
    expect((await test.post('/api/v1/inspections', entry)).status).toBe(201);
    return vehicle;
  };
  const outcome = async (vehicle: number, query = '') => {
    const answer = Answer.parse(
      await objectOf(await test.get(`/api/v1/inspection-agreement?from=2024-01-01&to=2024-12-31${query}`)),
    );
    return answer.pairs.find((each) => z.object({ id: z.number() }).parse(each.vehicle).id === vehicle);
  };
  const days = (from: number, to: number, what: string) =>
    Array.from({ length: to - from + 1 }, (_, i) => `2024-06-${String(from + i).padStart(2, '0')} ${what}`);

  it('does not call a truck that was repaired before its inspection a false alarm', async () => {
    const over = days(2, 6, 'R-A3 found');
    const mended = await truck([...over, ...days(11, 14, 'R-A3 clear')], ['2024-06-10']);
    expect(await outcome(mended)).toMatchObject({ outcome: 'bothUnder', windowFrom: '2024-06-11', repairedOn: '2024-06-10' });
    expect(await outcome(await truck(over))).toMatchObject({ outcome: 'obdOnly', windowFrom: '2024-05-16', repairedOn: null });
    // On the day of the repair the truck was both; a mended terminal mends no engine.
    expect(await outcome(await truck(over, ['2024-06-15']))).toMatchObject({ outcome: 'notEvaluated' });
    expect(await outcome(await truck(over, ['2024-06-10'], 'offline'))).toMatchObject({ outcome: 'obdOnly' });
  });

  it('ends before a repair that follows the inspection', async () => {
    const vehicle = await truck([...days(10, 15, 'R-A3 clear'), ...days(20, 22, 'R-A3 found')], ['2024-06-20']);
    expect(await outcome(vehicle, '&after=30')).toMatchObject({ outcome: 'bothUnder', windowTo: '2024-06-19' });
  });

  it('is not evaluated by the day where only rules of several days were judged', async () => {
    const vehicle = await truck(days(1, 9, 'R-C3 clear'));
    expect(await outcome(vehicle, '&verdict=day')).toMatchObject({ outcome: 'notEvaluated', judgedDays: 0 });
    expect(await outcome(vehicle)).toMatchObject({ outcome: 'bothUnder', judgedDays: 9 });
    expect(await outcome(await truck(days(9, 9, 'R-A2 clear')), '&verdict=day')).toMatchObject({ outcome: 'bothUnder' });
  });

  it('is not over only where as many days were judged as the verdict needs', async () => {
    expect(await outcome(await truck(days(13, 14, 'R-A3 clear')))).toMatchObject({ outcome: 'notEvaluated', judgedDays: 2 });
    expect(await outcome(await truck(days(12, 14, 'R-A3 clear')))).toMatchObject({ outcome: 'bothUnder', judgedDays: 3 });
    expect(await outcome(await truck(days(14, 14, 'R-A3 found')))).toMatchObject({ outcome: 'obdOnly' });
  });
});
