import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Db, enqueueJob, getJob, insertAssignment, insertTerminal, insertVehicle, JobQueue, Registry } from '@plume/db';
import { backTestRunner, startEvaluator, startIngest } from '@plume/ingest';
import { EvidenceStore, type Pack, packRunner, verifyPack } from '@plume/ingest/evidence';
import { type BodyInput, encodeRealtime, type RecordInput } from '@plume/ingest/protocol';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newPlace, type Place } from '../support/site.ts';

/** Evidence from the door to the file: messages of a truck with a dead catalyst, stored, evaluated, packed, verified. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VERSION = '0.0.0-test';
const FIRST_DAY = '2026-10-14';
const DAYS = ['2026-10-14', '2026-10-15'];
const DAY_S = 86_400;
const MIDNIGHT = Date.parse(`${FIRST_DAY}T00:00:00+08:00`) / 1000;
/** Two days after the last: everything has ended. */
const NOW_MS = (MIDNIGHT + 4 * DAY_S) * 1000;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

const VIN = 'LZZ5ELSD8EN00000A';
/** Seconds driven a day, from 09:00 on. */
const DRIVE_S = 2400;
const RECORDS_A_MESSAGE = 30;

/** A drive up and down the load, with a catalyst that does nothing: far more NOx than China V allows. */
function bodies(second: number): BodyInput[] {
  const wave = (period: number, phase = 0) => Math.sin((2 * Math.PI * second) / period + phase);
  const load = 0.5 + 0.25 * wave(97) + 0.1 * wave(31, 1);
  const fuelRateLph = 6 + 52 * load;
  const values = {
    speedKmh: 60 + 15 * wave(211),
    baroKpa: 95,
    netTorquePct: 100 * load,
    frictionTorquePct: 8,
    engineRpm: 1250 + 150 * wave(71, 2),
    fuelRateLph,
    noxUpPpm: 1100 + 200 * wave(97) + 30 * wave(13),
    noxDownPpm: 950 + 180 * wave(97, -0.06) + 25 * wave(17),
    ureaLevelPct: 62,
    airFlowKgh: 14.5 * fuelRateLph * 0.835 * (1.6 + 0.2 * wave(53)),
    scrInTempC: 310 + 20 * wave(601),
    scrOutTempC: 300 + 18 * wave(601, -0.3),
    dpfDeltaKpa: 4,
    coolantTempC: 86,
    fuelLevelPct: 70 - second / 1200,
    lonDeg: 87.3 + second * 1e-5,
    latDeg: 44 + second * 1e-6,
    odometerKm: 120_000 + second / 60,
  };
  return [{ type: 0x02, values }];
}

const OBD = {
  protocol: 2,
  mil: true,
  supported: 0xffff,
  ready: 0,
  vin: VIN,
  calId: 'CAL-1',
  cvn: '0',
  iupr: null,
  dtcs: ['SPN 4364 FMI 18 OC 1'],
};

const ENGINES: readonly ('embedded' | 'server')[] = inject('serverUrl') === null ? ['embedded'] : ['embedded', 'server'];

interface Site {
  readonly place: Place;
  readonly db: Db;
  readonly store: EvidenceStore;
  readonly folder: string;
  /** A finding of the rule on the day. */
  finding(rule: string, day?: string): Promise<string>;
  /** Takes one more message in, received at its time, and does not evaluate. */
  accept(payload: Uint8Array, receivedAtMs: number): Promise<void>;
  close(): Promise<void>;
}

async function openSite(engine: 'embedded' | 'server'): Promise<Site> {
  const place = await newPlace(engine === 'server' ? inject('serverUrl') : null);
  const db = await place.open();
  const vehicleId = await insertVehicle(db, {
    vin: VIN,
    plate: '新B00001',
    plateColor: '黄',
    district: '奇台县',
    enterprise: undefined,
    useType: undefined,
    fittedAtMs: (MIDNIGHT - 30 * DAY_S) * 1000,
    demo: true,
    recordedBy: 'test',
    parameters: {
      stage: 'V',
      ratedPowerKw: 250,
      ratedRpm: 2000,
      referenceTorqueNm: 1500,
      torqueKind: 'net',
      engineModel: 'WP10',
      fuelTankL: 400,
      ureaTankL: 45,
      // So small a reference cycle that such a drive is a valid vehicle day.
      workRefKwh: 4,
    },
  });
  if (vehicleId === undefined) throw new Error('the truck was not entered');
  const nothing = { vendor: undefined, model: undefined, firmware: undefined, iccid: undefined, profile: {}, demo: true };
  await insertTerminal(db, { id: 'T-1', secretHash: new Uint8Array(32), ...nothing, assignment: undefined });
  await insertAssignment(db, { terminalId: 'T-1', vehicleId, fromMs: (MIDNIGHT - 30 * DAY_S) * 1000, toMs: undefined });
  const registry = new Registry(db);
  await registry.refresh();
  const ingest = await startIngest({ maxAgeDays: 0 }, { db, registry, log: quiet });
  const accept = async (payload: Uint8Array, receivedAtMs: number) => {
    const { ack } = await ingest.accept({ terminalId: 'T-1', channel: 'up', payload, receivedAtMs, transport: 'mqtt' });
    if (!ack) throw new Error('a message was not taken in');
  };
  await deliver(accept);
  const evaluator = startEvaluator({ pollMs: 50, leastMs: 0, everyMs: 0 }, { db, log: quiet, clock: () => NOW_MS });
  await evaluator.idle();
  await evaluator.stop(5_000);
  const folder = join(place.dataDir, 'files', 'evidence');
  return {
    place,
    db,
    store: new EvidenceStore({ db, folder, version: VERSION, clock: () => NOW_MS }),
    folder,
    finding: async (rule, day = DAYS[1] ?? '') => {
      const [row] = await db.query<{ id: string }>('select id from findings where rule = $1 and day = $2', [rule, day]);
      if (!row)
        throw new Error(
          `${rule} does not speak on ${day}: ${JSON.stringify(await db.query('select rule, day, level from findings'))}`,
        );
      return row.id;
    },
    accept,
    close: async () => {
      await ingest.stop(1_000);
      await db.close();
      await place.remove();
    },
  };
}

/** All messages of the days, each received a second after its last record. */
async function deliver(accept: Site['accept']): Promise<void> {
  const send = (layout: 'A' | 'B', seq: number, records: readonly RecordInput[]) => {
    const lastSec = records.at(-1)?.timeSec ?? 0;
    return accept(encodeRealtime({ vin: VIN, layout, sendTimeSec: lastSec, seq, records }), (lastSec + 1) * 1000);
  };
  for (const day of DAYS.keys()) {
    const start = MIDNIGHT + day * DAY_S + 9 * 3600;
    for (let at = 0; at < DRIVE_S; at += RECORDS_A_MESSAGE) {
      const records = Array.from({ length: RECORDS_A_MESSAGE }, (_, i) => ({ timeSec: start + at + i, bodies: bodies(at + i) }));
      await send('A', at + 1, records);
    }
    for (const after of [20, 300])
      await send('B', 30_000 + after, [{ timeSec: start + after, bodies: [{ type: 0x01, obd: OBD }] }]);
  }
}

/** Hashes of what must be the same on every engine. */
const packs: Partial<Record<(typeof ENGINES)[number], Pack>> = {};

describe.each(ENGINES)('an evidence pack on the %s engine', (engine) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine);
  }, 180_000);
  afterAll(() => site.close());

  const bytesOf = async (file: string) => {
    const bytes = await site.store.read(file);
    if (!bytes) throw new Error(`no file ${file}`);
    return bytes;
  };
  const make = async (rule: string, day?: string) => {
    const made = await site.store.make({ findingId: await site.finding(rule, day), reason: 'demand', by: 'zhang' });
    if (!made.ok) throw new Error(`${made.code}: ${made.detail} ${JSON.stringify(made.differences.slice(0, 3))}`);
    return made.pack;
  };

  it('of a truck over its limit is made again from the original messages, to the same verdict', async () => {
    const pack = await make('R-A2');
    const bytes = await bytesOf(pack.file);
    const verified = verifyPack(bytes, VERSION);
    expect(verified).toMatchObject({
      equal: true,
      pack: { seq: 1, sha256: pack.sha256, rule: 'R-A2', vin: VIN, date: DAYS[1] },
      verdictRecomputed: true,
      differences: [],
      notes: [],
    });
    expect(verified.days.find((day) => day.date === DAYS[1])).toEqual({ date: DAYS[1], level: 'frames', note: null });
    const whole = JSON.parse(new TextDecoder().decode(bytes)) as Pack;
    expect(whole.sections.finding.outcome.limit).toMatchObject({ value: 4, unit: 'g/kWh' });
    expect(whole.sections.truck).toMatchObject({ vin: VIN, terminals: [{ id: 'T-1' }] });
    expect(whole.head).toMatchObject({ createdBy: 'zhang', reason: 'demand', prevSha256: '0'.repeat(64) });
    packs[engine] = whole;
  }, 60_000);

  it('of a rule that looks back over days says of the others that their hash was checked', async () => {
    const pack = await make('R-MIL');
    const { equal, days } = verifyPack(await bytesOf(pack.file), VERSION);
    expect(equal).toBe(true);
    expect(days.map((day) => day.level)).toEqual(['summary', 'frames']);
    expect(pack).toMatchObject({ seq: 2, prev_sha256: packs[engine]?.sha256 });
  }, 60_000);

  it('is chained without a gap when several are made at once by several processes', async () => {
    const other = new EvidenceStore({ db: site.db, folder: site.folder, version: VERSION, clock: () => NOW_MS });
    const findingId = await site.finding('R-MIL');
    const made = await Promise.all(
      [site.store, other, other].map((store) => store.make({ findingId, reason: 'notice', by: 'li' })),
    );
    expect(made.every((each) => each.ok)).toBe(true);
    expect(await site.store.check()).toMatchObject({ packs: 5, faults: [], strayFiles: [] });
  }, 60_000);

  it('that was ordered with a decision is made once, through the end of its process and by two at once', async () => {
    const findingId = await site.finding('R-A2');
    const order = () => enqueueJob(site.db, 'evidence', { findingId, reason: 'confirm' }, { name: 'wang', userId: null });
    const running = (id: number) => site.db.query("update jobs set state = 'running' where id = $1", [id], { priority: 'write' });
    const runner = packRunner({ store: site.store, clock: () => NOW_MS });
    const queue = new JobQueue(site.db, new Map([['evidence', runner]]), quiet);
    const id = await order();
    // A process took it and ended.
    await running(id);
    await queue.start();
    await queue.look();
    await queue.stop();
    const done = await getJob(site.db, id);
    const newest = (await site.db.query('select * from evidence_packs order by seq desc limit 1'))[0];
    expect(done).toMatchObject({ state: 'done', result: { packId: expect.stringMatching(/^000006-/) } });
    expect(newest).toMatchObject({ seq: 6, finding_id: findingId, reason: 'confirm', created_by: 'wang' });
    const rows = await site.db.query("select detail from audit where action = 'evidence.make'");
    expect(rows).toEqual([{ detail: expect.stringContaining(`"job":${id}`) }]);
    // Two processes hold the same order; a third order was cancelled while it was worked on.
    const [twice, cancelled] = [await order(), await order()];
    await running(twice);
    const other = packRunner({
      store: new EvidenceStore({ db: site.db, folder: site.folder, version: VERSION, clock: () => NOW_MS }),
      clock: () => NOW_MS,
    });
    const [job, ended] = [await getJob(site.db, twice), await getJob(site.db, cancelled)];
    if (!job || !ended) throw new Error('no jobs');
    const go = async () => true;
    await Promise.all([runner(job, go), other(job, go), runner(ended, go)]);
    expect(await site.store.check()).toMatchObject({ packs: 7, faults: [], strayFiles: [] });
    await site.db.query("update jobs set state = 'cancelled' where id = $1", [cancelled], { priority: 'write' });
  }, 60_000);

  it('whose file is altered, exchanged or missing breaks the chain, and the pack is named', async () => {
    const [first, second] = (
      await site.db.query<{ id: string; file: string }>('select id, file from evidence_packs order by seq')
    ).map((row) => ({ ...row, path: join(site.folder, row.file) }));
    if (!first || !second) throw new Error('no packs');
    const kept = readFileSync(first.path);
    const altered = Buffer.from(kept);
    const at = altered.indexOf('"mark":"C"') + 8;
    altered[at] = 0x4c;
    writeFileSync(first.path, altered);
    expect((await site.store.check()).faults).toContainEqual({ seq: 1, id: first.id, says: expect.stringContaining('section') });
    copyFileSync(second.path, first.path);
    expect((await site.store.check()).faults).toContainEqual({ seq: 1, id: first.id, says: expect.stringContaining('head.seq') });
    renameSync(first.path, join(site.folder, 'elsewhere.json'));
    expect(await site.store.check()).toMatchObject({
      faults: [{ seq: 1, says: expect.stringContaining('missing') }],
      strayFiles: ['elsewhere.json'],
    });
    rmSync(join(site.folder, 'elsewhere.json'));
    writeFileSync(first.path, kept);
    expect((await site.store.check()).faults).toEqual([]);
  });

  it('has numbers that can be tried first: a back-test says what would vanish, and changes nothing', async () => {
    const before = await site.db.query('select id, detail from findings order by id');
    const run = async (overrides: Record<string, number>) => {
      const id = await enqueueJob(site.db, 'backTest', { overrides, from: DAYS[0], to: DAYS[1], vehicleIds: null });
      const signal = new AbortController().signal;
      await new JobQueue(site.db, new Map([['backTest', backTestRunner({ db: site.db, signal })]]), quiet).look();
      const job = await getJob(site.db, id);
      if (job?.state !== 'done') throw new Error(`${job?.state}: ${job?.error}`);
      return job.result;
    };
    const rules = { 'R-A2': { inForce: 2, tried: 0, appear: 0, vanish: 2 } };
    expect(await run({ 'alarms.noxVPpm': 400 })).toMatchObject({
      stage: 2,
      notTested: ['alarms.noxVPpm'],
      rules: expect.anything(),
    });
    expect(await run({ 'verdicts.inUseV': 12 })).toMatchObject({
      stage: 2,
      notTested: [],
      trucks: 1,
      days: 2,
      whole: true,
      rules,
    });
    // The same numbers as in force, from the samples: nothing is new and nothing is gone.
    expect(await run({ 'quality.engineOnRpm': 300 })).toMatchObject({
      stage: 1,
      findings: { appear: [], vanish: [], otherLevel: [] },
      leads: { appear: [], vanish: [] },
    });
    expect(await site.db.query('select id, detail from findings order by id')).toEqual(before);
  }, 60_000);

  it('is refused while records of its day wait to be evaluated, and for a finding that is gone', async () => {
    const ask = (findingId: string) => site.store.make({ findingId, reason: 'demand', by: 'zhang' });
    expect(await ask('0000000000000000')).toMatchObject({ ok: false, code: 'unknown' });
    const findingId = await site.finding('R-A2');
    const late = { v: 1, samples: [{ t: `${DAYS[1]}T23:00:00+08:00`, speedKmh: 3, engineRpm: 700, noxDownPpm: 55 }] };
    await site.accept(new TextEncoder().encode(JSON.stringify(late)), NOW_MS - 1000);
    const refused = await ask(findingId);
    expect(refused).toMatchObject({ ok: false, code: 'waiting', detail: expect.stringContaining(DAYS[1] ?? '') });
    if (!refused.ok) expect(refused.differences.length).toBeGreaterThan(0);
    // One that is ordered waits with the reason, and is given up when its finding is gone.
    const order = await enqueueJob(site.db, 'evidence', { findingId, reason: 'confirm' });
    const queue = new JobQueue(site.db, new Map([['evidence', packRunner({ store: site.store, clock: () => NOW_MS })]]), quiet);
    await queue.look();
    expect(await getJob(site.db, order)).toMatchObject({
      state: 'queued',
      attempts: 1,
      note: expect.stringMatching(/^Records of .*2026-10-15 came in that are not evaluated yet\.$/),
      due_at: expect.any(Date),
    });
    await site.db.query('update findings set withdrawn_at = now() where id = $1', [findingId]);
    expect(await ask(findingId)).toMatchObject({ ok: false, code: 'withdrawn' });
    await site.db.query('update jobs set due_at = null where id = $1', [order]);
    await queue.look();
    expect(await getJob(site.db, order)).toMatchObject({ state: 'failed', error: expect.stringContaining('was withdrawn') });
    expect((await site.store.check()).packs).toBe(7);
  }, 60_000);
});

describe('the same records', () => {
  it.runIf(ENGINES.length === 2)('give the same sections on both engines', () => {
    const [embedded, server] = [packs.embedded?.head.sections, packs.server?.head.sections];
    // When the finding was opened is told by the database's clock.
    expect({ ...server, finding: embedded?.finding }).toEqual(embedded);
  });
});

describe('the command line', () => {
  it('ends with 0 when a pack is equal, and with 1 and what differs when a byte was altered', async () => {
    const pack = packs.embedded;
    if (!pack) throw new Error('no pack');
    const folder = mkdtempSync(join(tmpdir(), 'plume-pack-'));
    try {
      const file = join(folder, 'pack.json');
      const text = JSON.stringify(pack);
      writeFileSync(file, text);
      const good = await verify(file);
      // Made by the test's version, verified by the program's.
      expect(good).toMatchObject({
        code: 0,
        out: expect.stringMatching(/note: made by another version: plume 0\.0\.0-test.*EQUAL/s),
      });
      writeFileSync(file, text.replace('"value":4}', '"value":3}'));
      const bad = await verify(file);
      expect(bad).toMatchObject({ code: 1, out: expect.stringMatching(/DIFFERS .*NOT EQUAL/s) });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});

function verify(file: string): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'main.ts', 'evidence', 'verify', file], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (piece: Buffer) => {
    out += piece.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out }));
  });
}
