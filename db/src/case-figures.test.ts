import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CaseFiguresRow, caseFigures, caseTimes, FIGURE_GROUPS, type FigureGroup } from './queries/case-figures.ts';
import { ENGINES, freshDb } from './test-engines.ts';

/** A step as the figures see it. */
interface Told {
  caseId: number;
  seq: number;
  kind: string;
  day: number;
  from: string | null;
  to: string;
  values: Record<string, unknown>;
}
interface Made {
  id: number;
  type: string;
  officer: string | null;
  truck: number;
  openedDay: number;
  state: string;
  closedDay: number | null;
  closeBy: number | null;
  steps: Told[];
}

const START = Date.UTC(2026, 0, 1);
const dayOf = (n: number): string => new Date(START + n * 86_400_000).toISOString().slice(0, 10);
const PERIOD = { from: 60, to: 150, today: 200 };
const DISTRICTS = ['阜康市', '奇台县', null] as const;

function generator(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * n);
  };
}

/** Cases at random: opened, repaired at a station, retested, closed, some of them opened again. */
function makeCases(): Made[] {
  const random = generator(11);
  return Array.from({ length: 120 }, (_, i): Made => {
    const id = i + 1;
    const made: Made = {
      id,
      type: ['overLimit', 'urea', 'offline'][random(3)] ?? 'urea',
      officer: ['wang', 'li', null][random(3)] ?? null,
      truck: random(12) + 1,
      openedDay: random(170),
      state: 'verify',
      closedDay: null,
      closeBy: null,
      steps: [],
    };
    let day = made.openedDay;
    const step = (kind: string, to: string, wait: number, values: Record<string, unknown> = {}): void => {
      day += wait;
      const from = kind === 'open' ? null : made.state;
      made.steps.push({ caseId: id, seq: made.steps.length + 1, kind, day, from, to, values });
      made.state = to;
    };
    step('open', 'verify', 0);
    made.closeBy = random(8) === 0 ? null : day + 20 + random(40);
    for (let round = random(4); round > 0; round -= 1) {
      step('verify', 'repair', random(6));
      step('note', 'repair', random(2));
      step('repair', 'retest', random(15), { station: random(3) + 1 });
      const passed = random(3) > 0;
      step('retest', passed ? 'roadCheck' : 'repair', random(9), {
        station: random(2) + 4,
        verdict: passed ? 'passed' : 'failed',
      });
      if (!passed || random(4) === 0) break;
      step('close', 'closed', random(12), { reason: 'compliant' });
      made.closedDay = day;
      if (random(2) === 0) break;
      step('reopen', 'verify', 60 + random(60), { reason: 'again' });
      made.closedDay = null;
      made.closeBy = day + 20 + random(40);
    }
    return made;
  });
}

/** The figures computed once more, over plain lists. */
function plainly(all: readonly Made[], by: FigureGroup): Map<string, Omit<CaseFiguresRow, 'key'>> {
  const groups = new Map<string, Omit<CaseFiguresRow, 'key'>>();
  const inside = (day: number | null) => day !== null && day >= PERIOD.from && day <= PERIOD.to;
  const add = (key: string, what: keyof Omit<CaseFiguresRow, 'key'>): void => {
    const group = groups.get(key) ?? { opened: 0, handled: 0, due: 0, in_time: 0, retested: 0, passed: 0, closings: 0, again: 0 };
    group[what] += 1;
    groups.set(key, group);
  };
  for (const made of all) {
    const repairs = made.steps.filter(({ kind }) => kind === 'repair');
    const keys: Record<FigureGroup, string> = {
      all: '',
      type: made.type,
      officer: made.officer ?? '',
      district: DISTRICTS[made.truck % 3] ?? '',
      enterprise: made.truck % 2 === 0 ? '昌运' : '',
      repairStation: String(repairs.at(-1)?.values.station ?? ''),
      inspectionStation: '',
    };
    const key = keys[by];
    const cases = by !== 'inspectionStation';
    if (cases && inside(made.openedDay)) {
      add(key, 'opened');
      if (made.closedDay !== null) add(key, 'handled');
    }
    if (cases && inside(made.closeBy) && (made.closedDay !== null || (made.closeBy ?? 0) < PERIOD.today)) {
      add(key, 'due');
      if (made.closedDay !== null && made.closedDay <= (made.closeBy ?? 0)) add(key, 'in_time');
    }
    made.steps.forEach((step, at) => {
      if (!inside(step.day)) return;
      const mine = cases ? key : String(step.values.station);
      if (step.kind === 'retest') {
        add(mine, 'retested');
        if (step.values.verdict === 'passed') add(mine, 'passed');
      }
      if (cases && step.kind === 'close' && made.type !== 'offline') {
        add(key, 'closings');
        const next = made.steps.slice(at + 1).find(({ kind }) => kind === 'reopen' || kind === 'close');
        if (next?.kind === 'reopen' && next.day - step.day <= 90) add(key, 'again');
      }
    });
  }
  return groups;
}

/** Median days in each state, over plain lists. */
function plainTimes(all: readonly Made[]): Record<string, { steps: number; median: number }> {
  const spans: Record<string, number[]> = {};
  for (const made of all) {
    let entered = made.openedDay;
    for (const step of made.steps) {
      if (step.from === step.to) continue;
      if (step.from !== null && step.from !== 'closed' && step.day >= PERIOD.from && step.day <= PERIOD.to)
        spans[step.from] = [...(spans[step.from] ?? []), step.day - entered];
      entered = step.day;
    }
  }
  const median = (list: number[]): number => {
    const sorted = [...list].sort((a, b) => a - b);
    const half = Math.floor(sorted.length / 2);
    return sorted.length % 2 === 1 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
  };
  return Object.fromEntries(Object.entries(spans).map(([state, list]) => [state, { steps: list.length, median: median(list) }]));
}

describe.each(ENGINES)('the handling figures on the %s engine', (engine) => {
  const all = makeCases();
  let site: Awaited<ReturnType<typeof freshDb>>;
  beforeAll(async () => {
    site = await freshDb(engine);
    const steps = all.flatMap((made) => made.steps);
    await site.db.batch([
      ...Array.from({ length: 12 }, (_, i) => ({
        sql: 'insert into vehicles (vin, plate, district, enterprise) values ($1::text, $2::text, $3::text, $4::text)',
        params: [
          `LFWSRXSJ2G1F0${String(i + 1).padStart(4, '0')}`,
          `新B${i}`,
          DISTRICTS[(i + 1) % 3] ?? null,
          (i + 1) % 2 === 0 ? '昌运' : null,
        ],
      })),
      {
        // Of one type a truck has one open case; the figures do not care, and the cases here are many.
        sql: 'drop index cases_one_open',
      },
      {
        sql: `insert into cases (year, number, vehicle_id, type, origin, source, state, priority, officer, opened_day, opened_at, opened_by, close_by, closed_day, closed_reason, progress, trigger, vehicle, updated_at)
          select 2026, n, m.truck, m.type, 'hand', 'report', m.state, 'normal', m.officer, m.opened::date, now(), 'test', m.close_by::date, m.closed::date,
            case when m.closed is not null then 'compliant' end, '{}', '{}', '{}', now()
          from jsonb_to_recordset($1::jsonb) as m (n int, truck int, type text, state text, officer text, opened text, close_by text, closed text)`,
        params: [
          JSON.stringify(
            all.map((made) => ({
              n: made.id,
              truck: made.truck,
              type: made.type,
              state: made.state,
              officer: made.officer,
              opened: dayOf(made.openedDay),
              close_by: made.closeBy === null ? null : dayOf(made.closeBy),
              closed: made.closedDay === null ? null : dayOf(made.closedDay),
            })),
          ),
        ],
      },
      {
        sql: `insert into case_steps (case_id, seq, kind, day, recorded_at, actor, from_state, to_state, "values")
          select c.id, m.seq, m.kind, m.day::date, now(), 'test', m.from_state, m.to_state, m.vals
          from jsonb_to_recordset($1::jsonb) as m (n int, seq int, kind text, day text, from_state text, to_state text, vals jsonb) join cases c on c.number = m.n`,
        params: [
          JSON.stringify(
            steps.map((step) => ({
              n: step.caseId,
              seq: step.seq,
              kind: step.kind,
              day: dayOf(step.day),
              from_state: step.from,
              to_state: step.to,
              vals: step.values,
            })),
          ),
        ],
      },
    ]);
  });
  afterAll(() => site.remove());

  const question = (by: FigureGroup, more: object = {}) => ({
    by,
    fromDay: dayOf(PERIOD.from),
    toDay: dayOf(PERIOD.to),
    today: dayOf(PERIOD.today),
    types: undefined,
    districts: null,
    ...more,
  });

  it.each(FIGURE_GROUPS)('by %s are those of a count over plain lists', async (by) => {
    const rows = await caseFigures(site.db, question(by));
    expect(Object.fromEntries(rows.map(({ key, ...counts }) => [key, counts]))).toEqual(Object.fromEntries(plainly(all, by)));
  });

  it('keep to types and districts', async () => {
    const [row] = await caseFigures(site.db, question('all', { types: ['urea'], districts: ['阜康市'] }));
    const mine = all.filter((made) => made.type === 'urea' && DISTRICTS[made.truck % 3] === '阜康市');
    expect(row).toMatchObject(plainly(mine, 'all').get('') ?? {});
  });

  it('say the median days that cases stood in each state', async () => {
    const rows = await caseTimes(site.db, question('all'));
    expect(Object.fromEntries(rows.map((row) => [row.state, { steps: row.steps, median: row.median_days }]))).toEqual(
      plainTimes(all),
    );
  });

  it('are those of plain SQL, one question at a time', async () => {
    const [row] = await caseFigures(site.db, question('all'));
    const one = async (sql: string) => (await site.db.query<{ n: number }>(sql, [dayOf(PERIOD.from), dayOf(PERIOD.to)]))[0]?.n;
    expect(row?.opened).toBe(
      await one('select count(*)::int as n from cases where opened_day >= $1::date and opened_day <= $2::date'),
    );
    expect(row?.handled).toBe(
      await one('select count(closed_day)::int as n from cases where opened_day >= $1::date and opened_day <= $2::date'),
    );
    expect(row?.passed).toBe(
      await one(
        `select count(*)::int as n from case_steps where kind = 'retest' and "values" @> '{"verdict":"passed"}' and day >= $1::date and day <= $2::date`,
      ),
    );
    expect(row?.again).toBe(
      await one(`select count(*)::int as n from (
        select s.kind, s.day, c.type, lead(s.kind) over w as next_kind, lead(s.day) over w as next_day
        from case_steps s join cases c on c.id = s.case_id where s.kind in ('close', 'reopen') window w as (partition by s.case_id order by s.seq)) x
        where kind = 'close' and type <> 'offline' and day >= $1::date and day <= $2::date and next_kind = 'reopen' and next_day - day <= 90`),
    );
  });
});
