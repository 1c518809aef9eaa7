import { type Db, Registry } from '@plume/db';
import { type Acceptance, type Ingest, startIngest } from '@plume/ingest';
import { encodeRealtime } from '@plume/ingest/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Entered, enterSite, newPlace, type Place } from '../support/site.ts';

const HOUR = 3600;
const PERIOD_S = 10;
const MESSAGES = 13;
const START_SEC = Math.floor(Date.now() / 1000) - 1800;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Two minutes of live messages, one in ten seconds, as a pipeline sees them whose clock the test sets. */
describe('a live stream', () => {
  let place: Place;
  let db: Db;
  let ingest: Ingest;
  const site = new Map<string, Entered>();

  beforeAll(async () => {
    place = await newPlace(null);
    db = await place.open();
    const seeds = ['behind', 'ahead', 'right', 'backlog', 'reissue'].map((id, i) => ({ id, vin: `LZZ5CLVB0JE10000${i}` }));
    for (const entered of await enterSite(db, seeds)) site.set(entered.id, entered);
    const registry = new Registry(db);
    await registry.refresh();
    ingest = await startIngest({ maxAgeDays: 30 }, { db, registry, log: quiet });
  });
  afterAll(async () => {
    await ingest?.stop(5_000);
    await db?.close();
    await place?.remove();
  });

  /** The n-th message arrives n × 10 s after the start and carries a sample of the time that `clock` shows then. */
  async function stream(id: string, clock: (trueSec: number) => number, reissue = false): Promise<Acceptance[]> {
    const vin = site.get(id)?.vin ?? '';
    const answers: Acceptance[] = [];
    for (let n = 0; n < MESSAGES; n += 1) {
      const receivedSec = START_SEC + n * PERIOD_S;
      const timeSec = clock(receivedSec);
      const records = [{ timeSec, bodies: [{ type: 0x02 as const, values: { speedKmh: 40 + n } }] }];
      const payload = encodeRealtime({ vin, layout: 'A', reissue, sendTimeSec: timeSec, seq: n + 1, records });
      answers.push(
        await ingest.accept({ terminalId: id, channel: 'up', payload, receivedAtMs: receivedSec * 1000, transport: 'mqtt' }),
      );
    }
    return answers;
  }

  const codes = (answers: readonly Acceptance[]) => answers.map(({ verdict }) => verdict?.code ?? 'stored');
  const times = <T>(count: number, value: T): T[] => new Array<T>(count).fill(value);

  async function kept(id: string) {
    return await db.query<{ code: string; disposition: string; field: string; same: boolean }>(
      'select code, disposition, field, octet_length(bytes) = byte_count as same from ledger where terminal_id = $1 order by id',
      [id],
    );
  }

  it('that runs steadily eight hours behind is held back once it has shown so for a minute, whole and acknowledged', async () => {
    const answers = await stream('behind', (sec) => sec - 8 * HOUR);
    expect(answers.every(({ ack }) => ack)).toBe(true);
    // Until then it could as well be a backlog.
    expect(codes(answers)).toEqual([...times(6, 'stored'), ...times(7, 'CLOCK_OFFSET')]);
    expect(answers.at(-1)?.verdict).toMatchObject({ v: 1, kind: 'reject', field: 'frame[0].data.sample[0]' });
    expect(answers.at(-1)?.verdict?.reason).toMatch(/480 min behind.*Beijing time/);
    expect(await kept('behind')).toEqual(
      times(7, { code: 'CLOCK_OFFSET', disposition: 'quarantined', field: 'frame[0].data.sample[0]', same: true }),
    );
  });

  it('that runs eight hours ahead is held back from the first message', async () => {
    expect(codes(await stream('ahead', (sec) => sec + 8 * HOUR))).toEqual(times(MESSAGES, 'TIME_FUTURE'));
  });

  it('with a right clock is stored', async () => {
    expect(codes(await stream('right', (sec) => sec - 3))).toEqual(times(MESSAGES, 'stored'));
    expect(await kept('right')).toEqual([]);
  });

  it('of an eight hours old backlog that catches up is stored', async () => {
    expect(codes(await stream('backlog', (sec) => START_SEC - 8 * HOUR + (sec - START_SEC) * 60))).toEqual(
      times(MESSAGES, 'stored'),
    );
  });

  it('sent as re-issue says nothing of the clock and is stored', async () => {
    expect(codes(await stream('reissue', (sec) => sec - 8 * HOUR, true))).toEqual(times(MESSAGES, 'stored'));
  });

  it('counts what it held back: received = stored + duplicate + rejected', async () => {
    const rows = await db.query(
      `select terminal_id, sum(received)::int as received, sum(stored)::int as stored, sum(duplicate)::int as duplicate, sum(rejected)::int as rejected
       from link_hours group by 1 order by 1`,
    );
    const tally = (terminal_id: string, stored: number, rejected: number) => {
      return { terminal_id, received: MESSAGES, stored, duplicate: 0, rejected };
    };
    expect(rows).toEqual([
      tally('ahead', 0, MESSAGES),
      tally('backlog', MESSAGES, 0),
      tally('behind', 6, 7),
      tally('reissue', MESSAGES, 0),
      tally('right', MESSAGES, 0),
    ]);
  });
});
