import { enqueueJob, JobQueue } from '@plume/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { objectOf, openTestApp, type TestApp } from './test-app.ts';

let test: TestApp;
beforeAll(async () => {
  test = await openTestApp();
});
afterAll(() => test.close());

const Page = z.object({
  jobs: z.array(z.looseObject({ id: z.number(), kind: z.string(), state: z.string() })),
  nextCursor: z.string().nullable(),
});
const page = async (query: string) => Page.parse(await (await test.get(`/api/v1/jobs?${query}`)).json());

describe('jobs', () => {
  it('are listed newest first, page by page, without their results', async () => {
    const ids = [];
    for (let i = 0; i < 5; i++) ids.push(await enqueueJob(test.db, i % 2 === 0 ? 'even' : 'odd', { i }));
    await new JobQueue(test.db, new Map([['odd', async () => ['long']]]), { error: () => undefined }).look();
    const seen: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const next: z.infer<typeof Page> = await page(`limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...next.jobs.map((job) => job.id));
      expect(next.jobs.every((job) => !('result' in job))).toBe(true);
      cursor = next.nextCursor;
    }
    expect(seen).toEqual(ids.toReversed());
    expect((await page('state=done')).jobs.map((job) => job.kind)).toEqual(['odd', 'odd']);
    expect((await page('kind=even')).jobs).toHaveLength(3);
    expect((await test.get('/api/v1/jobs?state=asleep')).status).toBe(400);
  });

  it('show their result when they are done, and why they failed', async () => {
    const ids = [await enqueueJob(test.db, 'works', {}), await enqueueJob(test.db, 'fails', {})];
    const runners = new Map([
      ['works', async () => ({ answer: 42 })],
      ['fails', async () => Promise.reject(new Error('no such day'))],
    ]);
    await new JobQueue(test.db, runners, { error: () => undefined }).look();
    expect(await objectOf(await test.get(`/api/v1/jobs/${ids[0]}`))).toMatchObject({
      state: 'done',
      progress: 1,
      result: { answer: 42 },
      error: null,
    });
    expect(await objectOf(await test.get(`/api/v1/jobs/${ids[1]}`))).toMatchObject({ state: 'failed', error: 'no such day' });
    expect((await test.get('/api/v1/jobs/999999')).status).toBe(404);
  });

  it('are cancelled while they wait, and only then or while they run', async () => {
    const id = await enqueueJob(test.db, 'waits', {});
    const cancelled = await test.post(`/api/v1/jobs/${id}/cancel`, {});
    expect(cancelled.status).toBe(200);
    expect(await objectOf(cancelled)).toMatchObject({ id, state: 'cancelled', result: null });
    const again = await test.post(`/api/v1/jobs/${id}/cancel`, {});
    expect(again.status).toBe(409);
    expect(await objectOf(again)).toMatchObject({ code: 'FINISHED' });
    expect((await test.post('/api/v1/jobs/999999/cancel', {})).status).toBe(404);
  });

  it('stop at their next report when they are cancelled while they run', async () => {
    const id = await enqueueJob(test.db, 'runs', {});
    const steps: boolean[] = [];
    const runner = async (_job: unknown, report: (progress: number, note: string) => Promise<boolean>) => {
      steps.push(await report(0.25, 'a quarter'));
      expect((await test.post(`/api/v1/jobs/${id}/cancel`, {})).status).toBe(200);
      steps.push(await report(0.5, 'half'));
      return null;
    };
    await new JobQueue(test.db, new Map([['runs', runner]]), { error: () => undefined }).look();
    expect(steps).toEqual([true, false]);
    expect(await objectOf(await test.get(`/api/v1/jobs/${id}`))).toMatchObject({
      state: 'cancelled',
      progress: 0.25,
      note: 'a quarter',
    });
  });
});

describe('taking in again what is in quarantine', () => {
  it('orders a job for the codes asked, of one terminal or of all', async () => {
    await test.post('/api/v1/terminals', { id: 'T-9' });
    const ordered = await test.post('/api/v1/ledger/reprocess', { codes: ['CLOCK_OFFSET'], terminalId: 'T-9' });
    expect(ordered.status).toBe(202);
    const { jobId } = await objectOf(ordered);
    expect(await objectOf(await test.get(`/api/v1/jobs/${String(jobId)}`))).toMatchObject({
      kind: 'reprocess',
      state: 'queued',
      arguments: { codes: ['CLOCK_OFFSET'], terminalId: 'T-9' },
    });
  });

  it.each([
    { name: 'a code whose messages are not kept whole', body: { codes: ['BAD_JSON'] }, status: 400, field: 'body.codes.0' },
    { name: 'no code', body: { codes: [] }, status: 400, field: 'body.codes' },
    { name: 'a terminal that is not entered', body: { codes: ['NO_VEHICLE'], terminalId: 'T-404' }, status: 404, field: null },
  ])('is refused for $name', async ({ body, status, field }) => {
    const response = await test.post('/api/v1/ledger/reprocess', body);
    expect(response.status).toBe(status);
    if (field !== null) expect(await objectOf(response)).toMatchObject({ errors: [{ field }] });
  });
});
