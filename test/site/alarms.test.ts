import type { AlarmEvent } from '@plume/ingest';
import { encodeTamper } from '@plume/ingest/protocol';
import { type TerminalMessage, truckSpec } from '@plume/simulators';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { EvaluationSite } from '../support/evaluation-site.ts';

const serverUrl = inject('serverUrl');
const SPEC = { ...truckSpec(3, 4, 'healthyV') };
const START_SEC = Date.parse('2026-11-10T10:00:00+08:00') / 1000;
const UPLOAD_S = 10;
/** An empty tank is told after 5 minutes (`alarms.ureaEmptyS`). */
const EMPTY_AFTER_S = 300;

/** One upload: the ten seconds that end at `endSec`, of a driving truck whose urea tank stands at a level. */
function upload(endSec: number, ureaLevelPct: number): TerminalMessage {
  const samples = Array.from({ length: UPLOAD_S }, (_, k) => ({
    t: (endSec - UPLOAD_S + 1 + k) * 1000,
    speedKmh: 60 + (k % 3),
    engineRpm: 1200 + (k % 5),
    coolantTempC: 85,
    fuelRateLph: 20 + (k % 4),
    ureaLevelPct,
    ambientTempC: 15,
  }));
  const payload = new TextEncoder().encode(JSON.stringify({ v: 1, samples }));
  return { terminalId: SPEC.terminal.id, sendSec: endSec + 1, payload, samples: UPLOAD_S };
}

describe.each([['embedded', null] as const, ...(serverUrl === null ? [] : [['server', serverUrl] as const])])(
  'alarms on the %s engine',
  (_engine, url) => {
    let site: EvaluationSite;
    let events: (AlarmEvent & { afterSec: number })[];
    /** Time of the newest sample that was handed in. */
    let reachedSec: number;

    function listen(): void {
      site.evaluator.onAlarm((event) => events.push({ ...event, afterSec: reachedSec - START_SEC }));
    }

    beforeAll(async () => {
      site = await EvaluationSite.open(url, START_SEC * 1000);
      await site.enter([SPEC], (START_SEC - 86_400) * 1000);
      await site.start();
    });
    afterAll(() => site.remove());
    beforeEach(async () => {
      await site.clear();
      await site.restart();
      events = [];
      reachedSec = START_SEC;
      listen();
    });

    /** Drives on for some seconds, each upload looked at before the next comes. */
    async function drive(seconds: number, ureaLevelPct: number, receivedSec?: number): Promise<void> {
      for (const end = reachedSec + seconds; reachedSec < end; ) {
        reachedSec += UPLOAD_S;
        site.nowMs = (receivedSec ?? reachedSec) * 1000;
        await site.deliver([upload(reachedSec, ureaLevelPct)], receivedSec);
        await site.evaluator.idle();
      }
    }

    const rows = () =>
      site.db.query<{ kind: string; started: number; ended: number | null }>(
        `select kind, extract(epoch from started_at)::float8 - $1::float8 as started, extract(epoch from ended_at)::float8 - $1::float8 as ended from alarms order by started_at`,
        [START_SEC],
      );

    it('are raised with the upload that completes the evidence, stored before they are told, and end', async () => {
      await drive(60, 40);
      await drive(EMPTY_AFTER_S + UPLOAD_S, 2);
      expect(events).toMatchObject([{ change: 'raised', kind: 'ureaEmpty', figures: { levelPct: 2 }, endedSec: null }]);
      // The first reading of 2 % is that of second 61.
      expect(events[0]?.afterSec).toBeLessThanOrEqual(61 + EMPTY_AFTER_S + UPLOAD_S);
      expect(await rows()).toEqual([{ kind: 'ureaEmpty', started: 61, ended: null }]);
      expect(site.evaluator.stats().alarmsInForce).toBe(1);
      await drive(240, 60);
      expect(events.map(({ change }) => change)).toEqual(['raised', 'ended']);
      expect((await rows())[0]?.ended).toBeGreaterThan(61 + EMPTY_AFTER_S);
      expect(site.evaluator.stats().alarmsInForce).toBe(0);
    });

    it('are not raised by a backlog', async () => {
      await drive(EMPTY_AFTER_S + 60, 2, START_SEC + 7200);
      expect(events).toEqual([]);
      expect(await rows()).toEqual([]);
    });

    it('go on through a restart: neither raised twice nor forgotten, with what came before it as evidence', async () => {
      await drive(150, 2);
      await site.restart();
      listen();
      await drive(EMPTY_AFTER_S - 150 + UPLOAD_S, 2);
      expect(events.map(({ change }) => change)).toEqual(['raised']);
      await site.restart();
      listen();
      await drive(60, 2);
      expect(site.evaluator.stats().alarmsInForce).toBe(1);
      expect(events.map(({ change }) => change)).toEqual(['raised']);
      await drive(240, 60);
      expect(events.map(({ change }) => change)).toEqual(['raised', 'ended']);
    });

    it('tell at once that a terminal was tampered with, and not of one that was long ago', async () => {
      const tamper = (timeSec: number): TerminalMessage => ({
        terminalId: SPEC.terminal.id,
        sendSec: timeSec + 2,
        payload: encodeTamper({ vin: SPEC.vin, seq: 1, timeSec, lonDeg: null, latDeg: null }),
        samples: 0,
      });
      await site.deliver([tamper(START_SEC - 7200)], START_SEC);
      await site.evaluator.idle();
      expect(events).toEqual([]);
      await site.deliver([tamper(START_SEC)]);
      await site.evaluator.idle();
      expect(events).toMatchObject([{ change: 'raised', kind: 'tamper', startedSec: START_SEC }]);
    });
  },
);
