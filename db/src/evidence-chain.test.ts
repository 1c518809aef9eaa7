import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Db, sqlStateOf, troubleOf } from './db.ts';
import { appendPackStep, chainAfter, type EvidencePackRow, getPack, listPacks, newestPack } from './queries/evidence.ts';
import { insertVehicle } from './queries/registry-write.ts';
import { ENGINES, freshDb } from './test-engines.ts';

const hash = (digit: string) => digit.repeat(64);

function pack(seq: number, own: string, prev: string): EvidencePackRow {
  return {
    seq,
    id: `${seq}-${own.slice(0, 12)}`,
    finding_id: '0123456789abcdef',
    created_at: new Date(Date.UTC(2026, 10, 24, 2, seq)),
    created_by: 'test',
    reason: 'demand',
    sha256: own,
    prev_sha256: prev,
    file: `${seq}.json`,
  };
}

describe.each(ENGINES)('the chain of evidence packs on the %s engine', (engine) => {
  let site: Awaited<ReturnType<typeof freshDb>>;
  let db: Db;
  const append = (row: EvidencePackRow) => db.batch([appendPackStep(row)]);
  const refusal = async (work: Promise<unknown>) =>
    sqlStateOf(
      await work.then(
        () => null,
        (error: unknown) => error,
      ),
    );

  beforeAll(async () => {
    site = await freshDb(engine);
    db = site.db;
    const vehicleId = await insertVehicle(db, {
      vin: 'LFWSRXSJ2G1F00001',
      plate: '新B12345',
      plateColor: undefined,
      district: '奇台县',
      enterprise: undefined,
      useType: undefined,
      fittedAtMs: 0,
      demo: false,
      recordedBy: 'test',
      parameters: {},
    });
    await db.query(
      `insert into findings (id, vehicle_id, rule, day, level, cause, version, detail) values ('0123456789abcdef', $1, 'R-A2', '2026-11-20', 'suspected', 'overLimit', '1', '{}')`,
      [vehicleId],
    );
  });
  afterAll(() => site.remove());

  it('begins with pack 1, which follows 64 zeros', async () => {
    expect(await newestPack(db)).toBeUndefined();
    expect(await refusal(append(pack(2, hash('2'), hash('0'))))).toBe('40001');
    expect(await refusal(append(pack(1, hash('1'), hash('f'))))).toBe('40001');
    await append(pack(1, hash('1'), hash('0')));
    expect(await newestPack(db)).toMatchObject({ seq: 1, sha256: hash('1') });
  });

  it('takes only what follows its newest pack; who was too late makes the pack anew', async () => {
    const late = append(pack(1, hash('2'), hash('0'))).catch((error: unknown) => error);
    expect(troubleOf(await late)).toBe('collision');
    expect(await refusal(append(pack(3, hash('3'), hash('1'))))).toBe('40001');
    expect(await refusal(append(pack(2, hash('2'), hash('9'))))).toBe('40001');
    await append(pack(2, hash('2'), hash('1')));
  });

  it('lets one of several through that are appended at once', async () => {
    const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd'].map((digit) => append(pack(3, hash(digit), hash('2')))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await chainAfter(db, 0, 10)).map((row) => row.seq)).toEqual([1, 2, 3]);
  });

  it('cannot be changed, shortened or emptied', async () => {
    expect(await refusal(db.query("update evidence_packs set reason = 'print' where seq = 1"))).toBe('55000');
    expect(await refusal(db.query('delete from evidence_packs where seq = 3'))).toBe('55000');
    expect(await refusal(db.query('truncate evidence_packs cascade'))).toBe('55000');
    expect(await refusal(append(pack(4, 'X'.repeat(64), (await newestPack(db))?.sha256 ?? '')))).toBe('23514');
    expect(await chainAfter(db, 0, 10)).toHaveLength(3);
  });

  it('is listed newest first, by finding, truck and district', async () => {
    const ask = (more: object) =>
      listPacks(db, { findingId: undefined, vehicleId: undefined, districts: null, before: undefined, limit: 10, ...more });
    expect((await ask({})).map((row) => row.seq)).toEqual([3, 2, 1]);
    expect((await ask({ before: 3, limit: 1 })).map((row) => row.seq)).toEqual([2]);
    expect(await ask({ findingId: 'ffffffffffffffff' })).toEqual([]);
    expect(await ask({ districts: ['昌吉市'] })).toEqual([]);
    expect(await ask({ districts: ['奇台县'] })).toHaveLength(3);
    expect(await getPack(db, `1-${hash('1').slice(0, 12)}`)).toMatchObject({
      seq: 1,
      rule: 'R-A2',
      day: '2026-11-20',
      vin: 'LFWSRXSJ2G1F00001',
    });
  });
});
