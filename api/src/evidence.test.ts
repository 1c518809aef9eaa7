import { appendPackStep, type EvidencePackRow } from '@plume/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { EvidencePort } from './deps.ts';
import { addVehicle, objectOf, openTestApp, type TestApp } from './test-app.ts';

const FINDING = '0123456789abcdef';
const hash = (n: number) => n.toString(16).repeat(64).slice(0, 64);
const files = new Map<string, Uint8Array>();

/** A maker that appends to the real chain, without what is behind it. */
const port: EvidencePort = {
  make: async ({ findingId, reason, by, along }) => {
    if (findingId === 'ffffffffffffffff')
      return { ok: false, code: 'waiting', detail: 'Records of 2026-11-20 came in that are not evaluated yet.', differences: [] };
    if (findingId === 'eeeeeeeeeeeeeeee') {
      const difference = {
        section: 'finding',
        path: 'sections.finding.outcome.limit.value',
        stored: '4',
        recomputed: '3',
        says: 'another',
      };
      return { ok: false, code: 'notReproduced', detail: 'Not any more.', differences: [difference] };
    }
    if (findingId !== FINDING) return { ok: false, code: 'unknown', detail: 'There is no such finding.', differences: [] };
    const seq = files.size + 1;
    const id = `${String(seq).padStart(6, '0')}-${hash(seq).slice(0, 12)}`;
    const pack: EvidencePackRow = {
      seq,
      id,
      finding_id: findingId,
      created_at: new Date(test.state.nowMs),
      created_by: by,
      reason,
      sha256: hash(seq),
      prev_sha256: seq === 1 ? '0'.repeat(64) : hash(seq - 1),
      file: `${id}.json`,
    };
    await test.db.batch([appendPackStep(pack), ...along(pack)]);
    files.set(pack.file, new TextEncoder().encode(`{"format":"plume-evidence","seq":${seq}}`));
    return { ok: true, pack, days: [{ date: '2026-11-20', level: 'frames', note: null }] };
  },
  read: async (file) => files.get(file) ?? null,
  check: async () => ({
    packs: files.size,
    newestSha256: hash(files.size),
    faults: [{ seq: 1, id: 'x', says: 'is missing' }],
    strayFiles: [],
  }),
};

let test: TestApp;
beforeAll(async () => {
  test = await openTestApp({ evidence: port });
  const truck = await addVehicle(test.db, 'LFWSRXSJ2G1F00001', '新B00001');
  await test.db.query(
    `insert into findings (id, vehicle_id, rule, day, level, cause, version, detail) values ($1, $2, 'R-A2', '2026-11-20', 'suspected', 'overLimit', '1', '{}')`,
    [FINDING, truck],
    { priority: 'write' },
  );
});
afterAll(() => test.close());

const Listed = z.object({
  packs: z.array(z.looseObject({ id: z.string(), seq: z.number() })),
  nextCursor: z.string().nullable(),
});

describe('evidence packs', () => {
  it('are made of a finding, chained, and told in the audit trail', async () => {
    const made = await test.post('/api/v1/evidence', { findingId: FINDING });
    expect(made.status).toBe(201);
    expect(await objectOf(made)).toMatchObject({
      seq: 1,
      findingId: FINDING,
      rule: 'R-A2',
      day: '2026-11-20',
      vehicle: { plate: '新B00001' },
      createdBy: 'service',
      reason: 'demand',
      sha256: hash(1),
      prevSha256: '0'.repeat(64),
      days: [{ date: '2026-11-20', level: 'frames' }],
    });
    expect(await test.db.query("select action, object_kind from audit where action = 'evidence.make'")).toEqual([
      { action: 'evidence.make', object_kind: 'evidencePack' },
    ]);
    const second = await objectOf(await test.post('/api/v1/evidence', { findingId: FINDING, reason: 'notice' }));
    expect(second).toMatchObject({ seq: 2, reason: 'notice', prevSha256: hash(1) });
  });

  it('are listed newest first, by finding and page by page', async () => {
    const page = async (query: string) => Listed.parse(await (await test.get(`/api/v1/evidence?${query}`)).json());
    expect((await page('')).packs.map((pack) => pack.seq)).toEqual([2, 1]);
    expect((await page('finding=ffffffffffffffff')).packs).toEqual([]);
    const first = await page('limit=1');
    expect((await page(`limit=1&cursor=${first.nextCursor}`)).packs.map((pack) => pack.seq)).toEqual([1]);
  });

  it('are handed out byte by byte, as a file', async () => {
    const id = `000001-${hash(1).slice(0, 12)}`;
    const file = await test.get(`/api/v1/evidence/${id}`);
    expect(file.status).toBe(200);
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="plume-evidence-${id}.json"`);
    expect(await file.text()).toBe('{"format":"plume-evidence","seq":1}');
    expect((await test.get('/api/v1/evidence/000009-123456789abc')).status).toBe(404);
    expect((await test.get('/api/v1/evidence/..%2f..%2fsecret')).status).toBe(400);
  });

  it('whose file is missing are told so, with the hash that the chain has', async () => {
    const [name = ''] = files.keys();
    const kept = files.get(name);
    files.delete(name);
    const missing = await test.get(`/api/v1/evidence/000001-${hash(1).slice(0, 12)}`);
    expect(missing.status).toBe(404);
    expect(await objectOf(missing)).toMatchObject({ detail: expect.stringContaining(hash(1)) });
    if (kept) files.set(name, kept);
  });

  it('are refused with what to do', async () => {
    const ask = async (findingId: string) => {
      const response = await test.post('/api/v1/evidence', { findingId });
      return { status: response.status, ...(await objectOf(response)) };
    };
    expect(await ask('0000000000000000')).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(await ask('ffffffffffffffff')).toMatchObject({
      status: 409,
      code: 'NOT_YET',
      detail: expect.stringContaining('2026-11-20'),
    });
    expect(await ask('eeeeeeeeeeeeeeee')).toMatchObject({
      status: 409,
      code: 'NOT_REPRODUCED',
      errors: [{ field: 'sections.finding.outcome.limit.value', reason: 'another (stored 4, now 3)' }],
    });
    expect(await ask('x')).toMatchObject({ status: 400, errors: [{ field: 'body.findingId' }] });
  });

  it('have a chain that says what is wrong with it', async () => {
    expect(await objectOf(await test.get('/api/v1/evidence/chain'))).toMatchObject({
      ok: false,
      packs: 2,
      faults: [{ seq: 1, says: 'is missing' }],
    });
  });
});
