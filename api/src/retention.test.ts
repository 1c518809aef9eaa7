import { JobQueue, type Retention, retentionPlanRunner, retentionRunRunner } from '@plume/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addVehicle, objectOf, openTestApp, type TestApp } from './test-app.ts';

const KEEP: Retention = { frames: 400, samples: 400, minutes: 0, days: 0 };
const SAMPLES = 600;

describe('retention', () => {
  let test: TestApp;
  let queue: JobQueue;
  const keep = KEEP;
  let announced = 0;
  beforeAll(async () => {
    test = await openTestApp({ keep: KEEP });
    const id = await addVehicle(test.db, 'LFWSRXSJ2G1F00001', '新B00001');
    for (const day of ['2024-03-05', '2026-11-20'])
      await test.db.query(
        `insert into samples (vehicle_id, time, quality) select $1::int, $2::timestamptz + s * interval '1 second', '\\x00' from generate_series(1, ${SAMPLES}) s`,
        [id, `${day}T12:00:00+08:00`],
      );
    const deps = () => ({
      db: test.db,
      keep,
      clock: () => test.state.nowMs,
      announced: async () => {
        announced += 1;
      },
      signal: new AbortController().signal,
    });
    queue = new JobQueue(
      test.db,
      new Map([
        ['retentionPlan', (job, report) => retentionPlanRunner(deps())(job, report)],
        ['retentionRun', (job, report) => retentionRunRunner(deps())(job, report)],
      ]),
      { error: () => undefined },
    );
  });
  afterAll(() => test.close());

  const plan = async () => {
    const { jobId } = await objectOf(await test.post('/api/v1/retention/plans', {}));
    await queue.look();
    return Number(jobId);
  };
  const order = (planJobId: number) => test.post('/api/v1/retention/runs', { planJobId });
  const left = async () => (await test.db.query<{ n: number }>('select count(*)::int as n from samples'))[0]?.n;
  /** Jobs are dated by the database: the application's clock is set by it. */
  const atDatabaseTime = async () => {
    const [row] = await test.db.query<{ at: Date }>('select now() as at');
    test.state.nowMs = row?.at.getTime() ?? 0;
  };

  it('tells what is kept for how long, how much it is and since when', async () => {
    expect(await objectOf(await test.get('/api/v1/retention'))).toMatchObject({
      tiers: [
        { tier: 'frames', keepDays: 400, dueBefore: '2025-10-19', oldest: null, dropped: null },
        { tier: 'samples', keepDays: 400, dueBefore: '2025-10-19', oldest: '2024-03-05', bytes: expect.any(Number) },
        { tier: 'minutes', keepDays: 0, dueBefore: null },
        { tier: 'days', keepDays: 0, dueBefore: null },
      ],
      compression: true,
    });
  });

  it('drops nothing without a plan that was looked at, is fresh, and fits the times in force', async () => {
    expect((await order(999)).status).toBe(404);
    const { jobId } = await objectOf(await test.post('/api/v1/retention/plans', {}));
    // One look at a time: asked again, the answer is the one that waits.
    expect(await objectOf(await test.post('/api/v1/retention/plans', {}))).toMatchObject({ jobId });
    const early = await order(Number(jobId));
    expect([early.status, (await objectOf(early)).code]).toEqual([409, 'NOT_YET']);
    await atDatabaseTime();
    await queue.look();
    expect(await objectOf(await test.get(`/api/v1/retention/plans/${jobId}`))).toMatchObject({
      rows: SAMPLES,
      tiers: [
        { pieces: 0 },
        { tier: 'samples', rows: SAMPLES, owners: 1, from: '2024-03-05', to: '2024-03-05' },
        { before: null },
        {},
      ],
    });
    test.deps.keep = { ...KEEP, samples: 800 };
    expect(await objectOf(await order(Number(jobId)))).toMatchObject({
      code: 'CHANGED',
      detail: expect.stringContaining('other retention times'),
    });
    test.deps.keep = KEEP;
    test.state.nowMs += 25 * 3_600_000;
    expect(await objectOf(await order(Number(jobId)))).toMatchObject({
      code: 'CHANGED',
      detail: expect.stringContaining('more than a day old'),
    });
    expect(await left()).toBe(2 * SAMPLES);
    expect(announced).toBe(0);
  });

  it('drops what the plan said as a job, one at a time, told to the audit trail, after the doors know', async () => {
    await atDatabaseTime();
    const planJobId = await plan();
    const answer = await order(planJobId);
    expect(answer.status).toBe(202);
    expect(await objectOf(await order(planJobId))).toMatchObject({ code: 'BUSY' });
    await queue.look();
    expect(announced).toBe(1);
    expect(await left()).toBe(SAMPLES);
    const job = await objectOf(await test.get(`/api/v1/jobs/${(await objectOf(answer)).jobId}`));
    expect(job).toMatchObject({ state: 'done', result: { tiers: [{}, { tier: 'samples', rows: SAMPLES }, {}, {}] } });
    const told = await test.db.query(
      `select action, detail::jsonb as detail from audit where action like 'retention.%' order by seq`,
    );
    expect(told.at(-1)).toMatchObject({
      action: 'retention.run',
      detail: { rows: SAMPLES, before: { samples: expect.any(String), frames: null } },
    });
    expect(await objectOf(await test.get('/api/v1/retention'))).toMatchObject({
      tiers: [{}, { oldest: '2026-11-20', dropped: { before: expect.any(String) } }, {}, {}],
    });
    const nothing = await order(await plan());
    expect(await objectOf(nothing)).toMatchObject({ code: 'FINISHED' });
  });

  it('is ended by cancelling its job: nothing more goes', async () => {
    await test.db.query(`insert into samples (vehicle_id, time, quality) values (1, '2024-05-05T12:00:00+08:00', '\\x00')`);
    const planJobId = await plan();
    const { jobId } = await objectOf(await order(planJobId));
    expect((await test.post(`/api/v1/jobs/${jobId}/cancel`, {})).status).toBe(200);
    await queue.look();
    expect(await left()).toBe(SAMPLES + 1);
  });
});
