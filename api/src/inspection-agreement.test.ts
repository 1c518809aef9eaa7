import { seededRandom } from '@plume/ingest/emissions';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
      days.push({ vehicle, day: dayAt(d), a3, a2: a3 === 'found' || random() < 0.05 ? 'found' : 'clear' });
    }
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
      return d.vehicle === each.vehicle && apart >= -q.before && apart <= q.after;
    });
    const obd = around.some((d) => d.a3 !== 'notEvaluated')
      ? around.some((d) => (q.verdict === 'probable' ? d.a3 : d.a2) === 'found')
      : null;
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
