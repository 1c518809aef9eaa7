import { parametersWith } from '@plume/ingest/rules';
import { describe, expect, it } from 'vitest';
import type { DaySummary } from './day-summary.ts';
import { evaluateDay } from './evaluate-day.ts';
import { bruteSeconds, type Second, sumOf } from './test-brute-day.ts';
import { DAY_FROM, DAY_S, drive, FACTS, inputOf, type Row } from './test-kit.ts';

const PARAMETERS = parametersWith();
const NET = { ...FACTS, torqueKind: 'net', workRefKwh: 8 } as const;
/** From a quarter of an hour before midnight on, so that the truck drives over it. */
const ROWS = [...drive({ seed: 7, start: -900, lengthS: 5400 })];
const { summary, minutes } = evaluateDay(inputOf(ROWS, { facts: NET }), PARAMETERS);
const all = bruteSeconds(ROWS, {
  lagDownS: summary.method.lagDownS ?? 0,
  lagUpS: summary.method.lagUpS ?? 0,
  referenceNm: 1500,
  density: 0.835,
});
const day = all.filter(({ t }) => t >= DAY_FROM);
const running = day.filter(({ on }) => on);
const known = (value: number): boolean => !Number.isNaN(value);

describe('what is answered of a day', () => {
  it('stays what it is while other days are evaluated, and comes out the same after them', () => {
    const other = inputOf(drive({ seed: 8, start: 0, lengthS: 7200 }), { facts: NET });
    const answered = evaluateDay(inputOf(ROWS, { facts: NET }), PARAMETERS);
    const copy = structuredClone(answered);
    for (let round = 0; round < 2; round += 1) expect(evaluateDay(other, PARAMETERS)).not.toEqual(copy);
    expect(answered).toEqual(copy);
    expect(evaluateDay(inputOf(ROWS, { facts: NET }), PARAMETERS)).toEqual(copy);
  });
});

describe('the figures of a day, each beside the same summed second by second from the text', () => {
  it('count the day alone, not its lead-in', () => {
    expect(summary.samples).toBe(day.length);
    expect([summary.firstSec, summary.lastSec]).toEqual([day[0]?.t, day.at(-1)?.t]);
    expect(all.length - day.length).toBeGreaterThan(800);
  });

  it('totals: NOx, fuel, work, distance and their pairs (emissions §2.7)', () => {
    const nox = running.filter(({ noxGs }) => known(noxGs));
    const kwh = ({ kw, cover }: Second): number => (Math.max(0, kw) * cover) / 3600;
    const kg = ({ fuelKgh, cover }: Second): number => (fuelKgh * cover) / 3600;
    const km = ({ value, cover }: Second): number => (value('speedKmh') * cover) / 3600;
    const expected = {
      engineOnS: sumOf(running, ({ cover }) => cover),
      noxValidS: sumOf(nox, ({ cover }) => cover),
      noxG: sumOf(nox, ({ noxGs, cover }) => noxGs * cover),
      co2G: sumOf(running, (each) => (kg(each) * 1000 * 0.866 * 44.0095) / 12.011),
      fuelKg: sumOf(running, kg),
      workKwh: sumOf(running, kwh),
      distanceKm: sumOf(day, km),
      workOfNoxKwh: sumOf(nox, kwh),
      fuelOfNoxKg: sumOf(nox, kg),
      distanceOfNoxKm: sumOf(nox, km),
    };
    for (const [key, value] of Object.entries(expected))
      expect(summary.totals[key as keyof typeof expected] / value, key).toBeCloseTo(1, 8);
    expect(summary.totals.noxOfWorkG).toBe(summary.totals.noxG);
    expect(expected.noxG).toBeGreaterThan(20);
  });

  it('minutes: their sums are the day, and each has its own seconds', () => {
    for (const key of Object.keys(summary.totals) as (keyof DaySummary['totals'])[])
      expect(sumOf([...minutes.columns[key]], (x) => x) / summary.totals[key], key).toBeCloseTo(1, 8);
    expect(minutes.count).toBe(new Set(day.map(({ t }) => Math.floor(t / 60))).size);
    for (const m of [0, 3, 20, 40, 74]) {
      const own = day.filter(({ t }) => Math.floor(t / 60) * 60 === minutes.timeSec[m]);
      const column = (id: keyof typeof minutes.columns): number => minutes.columns[id][m] ?? Number.NaN;
      expect(column('samples')).toBe(own.length);
      const speeds = own.map(({ value }) => value('speedKmh'));
      expect([column('speedMin'), column('speedMax')]).toEqual([Math.min(...speeds), Math.max(...speeds)]);
      const time = sumOf(own, ({ cover }) => cover);
      expect(column('speedMean')).toBeCloseTo(sumOf(own, ({ value, cover }) => value('speedKmh') * cover) / time, 9);
      expect(column('ureaL')).toBeCloseTo(
        sumOf(own, ({ value, cover }) => (value('ureaInjectionMlh') * cover) / 3.6e6),
        12,
      );
      const nox = own.filter(({ noxGs, on }) => on && known(noxGs));
      if (nox.length === 0) expect([column('noxG'), column('noxDownMean')]).toEqual([Number.NaN, Number.NaN]);
      else
        expect(column('noxG')).toBeCloseTo(
          sumOf(nox, ({ noxGs, cover }) => noxGs * cover),
          9,
        );
      const powers = own.map(({ kw }) => kw).filter(known);
      expect(column('powerMax')).toBeCloseTo(Math.max(...powers), 9);
      expect(column('lonDeg')).toBe(own[0]?.value('lonDeg'));
    }
    expect(minutes.methodClass).toBe('A');
  });

  it('the share of valid NOx goes by hot running seconds (emissions §4)', () => {
    const { lagDownS } = summary.method;
    const hot = running.filter(({ hot: warm }) => warm);
    const unshifted = bruteSeconds(ROWS, { lagDownS: 0, lagUpS: 0, referenceNm: 1500, density: 0.835 });
    const valid = unshifted.filter(({ t, on, hot: warm, down }) => t >= DAY_FROM && on && warm && known(down));
    expect(summary.quality.hotS).toBe(sumOf(hot, ({ cover }) => cover));
    expect(summary.quality.noxValidShare).toBeCloseTo(sumOf(valid, ({ cover }) => cover) / summary.quality.hotS, 9);
    expect(summary.quality.channels.noxDownPpm?.counts.valid).toBe(valid.length);
    expect(summary.quality.channels.noxDownPpm?.counts.stuck).toBe(0);
    expect(lagDownS).not.toBeNull();
  });

  it('20 s means over unbroken qualified time (emissions §4)', () => {
    const expected = brutePpm(all, 250);
    expect(expected.all.size).toBeGreaterThan(5);
    expect(expected.high.size).toBeGreaterThan(2);
    expect(summary.ppm.reason).toBeNull();
    expect(pairs(summary.ppm.all)).toEqual(expected.all);
    expect(pairs(summary.ppm.highLoad ?? [])).toEqual(expected.high);
    expect(summary.ppm.qualifiedS).toBe(sumOf([...expected.all.values()], (s) => s));
    expect(summary.ppm.highLoadS).toBe(sumOf([...expected.high.values()], (s) => s));
  });

  it('the catalyst: flow-weighted efficiency at 250 … 450 °C, by steps of 25 °C, and what urea it took (E10, E11)', () => {
    const both = running.filter(({ noxGs, upGs }) => known(noxGs) && known(upGs));
    const within = both.filter(({ value }) => value('scrInTempC') >= 250 && value('scrInTempC') <= 450);
    const { scr } = summary;
    const down = sumOf(within, ({ noxGs, cover }) => noxGs * cover);
    const up = sumOf(within, ({ upGs, cover }) => upGs * cover);
    expect(scr.seconds).toBe(sumOf(within, ({ cover }) => cover));
    expect(scr.efficiency).toBeCloseTo(1 - down / up, 8);
    expect(scr.seconds).toBeGreaterThan(1000);
    for (const [from, seconds, upG, downG] of scr.byTemp) {
      const step = both.filter(({ value }) => value('scrInTempC') >= from && value('scrInTempC') < from + 25);
      expect(seconds).toBe(sumOf(step, ({ cover }) => cover));
      expect(upG).toBeCloseTo(
        sumOf(step, ({ upGs, cover }) => upGs * cover),
        6,
      );
      expect(downG).toBeCloseTo(
        sumOf(step, ({ noxGs, cover }) => noxGs * cover),
        6,
      );
    }
    const removed = sumOf(both, ({ noxGs, upGs, cover }) => (upGs - noxGs) * cover);
    expect(scr.removedG).toBeCloseTo(removed, 5);
    // E11: 2.0083 g of solution for a gram of NOx, 1.09 kg/L.
    expect((scr.demandL ?? 0) / ((removed * 2.0083) / 1090)).toBeCloseTo(1, 4);
    const litres = ({ value, cover }: Second): number => (value('ureaInjectionMlh') * cover) / 3.6e6;
    expect(scr.injectedL).toBeCloseTo(sumOf(both, litres), 8);
    expect(scr.dosedL).toBeCloseTo(sumOf(day, litres), 8);
    const hot = running.filter(({ hot: warm }) => warm);
    expect(scr.fuelL).toBeCloseTo(
      sumOf(hot, ({ value, cover }) => (value('fuelRateLph') * cover) / 3600),
      7,
    );
    expect(scr.distanceKm).toBeCloseTo(
      sumOf(hot, ({ value, cover }) => (value('speedKmh') * cover) / 3600),
      6,
    );
  });

  it('work windows: number, validity and values (emissions §3.1)', () => {
    const kept = running.filter(({ noxGs, hot, kw }) => known(noxGs) && hot && known(kw));
    const found = bruteWindows(kept, 8, 250);
    const valid = found.filter(({ share }) => share >= 0.2);
    expect(valid.length).toBeGreaterThan(found.length / 2);
    expect([summary.work.count, summary.work.valid, summary.work.thresholdPct]).toEqual([found.length, valid.length, 20]);
    expect(summary.work.mean).toBeCloseTo(sumOf(valid, ({ e }) => e) / valid.length, 7);
    const worst = valid.reduce((most, each) => (each.e > most.e ? each : most));
    expect(summary.work.max).toBeCloseTo(worst.e, 7);
    expect(summary.work.worst).toEqual({ fromSec: worst.from, toSec: worst.to });
    const histogram = new Map<number, number>();
    for (const { e } of valid) histogram.set(Math.floor(100 * e), (histogram.get(Math.floor(100 * e)) ?? 0) + 1);
    expect(pairs(summary.work.histogram)).toEqual(histogram);
    expect(summary.work.reference).toEqual({ value: 8, assumed: false });
    expect(summary.work.class).toBe('A');
    expect(summary.work.dropped.coolant).toBe(running.filter(({ hot }) => !hot).length);
  });

  it('fuel and CO2 windows are the same windows (CO2 is reckoned from fuel)', () => {
    expect(summary.fuel.count).toBeGreaterThan(500);
    const { reference: _co2, references: _n, ...co2 } = summary.co2;
    const { reference: _fuel, references: _m, ...fuel } = summary.fuel;
    expect(co2).toEqual(fuel);
    expect((summary.co2.reference?.value ?? 0) / ((summary.fuel.reference?.value ?? 1) * 1000)).toBeCloseTo(3.1731, 4);
    expect(summary.fuel.class).toBe('B');
  });
});

describe('trips', () => {
  it('one over midnight is cut there: the day before keeps its part, the rest is told apart', () => {
    const before = evaluateDay(
      inputOf(ROWS, { facts: NET, date: '2026-11-23', fromSec: DAY_FROM - DAY_S, toSec: DAY_FROM }),
      PARAMETERS,
    ).summary;
    expect(before.trips.map(({ fromSec, toSec, open }) => [fromSec, toSec, open])).toEqual([
      [ROWS[0]?.t, all.findLast(({ t }) => t < DAY_FROM)?.t, true],
    ]);
    expect(summary.tripRest).toMatchObject({ fromSec: day[0]?.t, toSec: day.at(-1)?.t, open: false });
    expect(summary.trips).toEqual([]);
    expect(summary.tripRest?.totals).toEqual(summary.totals);
    expect(before.tripRest).toBeNull();
  });

  it('of a day add up to what was driven, each with its own windows', () => {
    const rows = [...drive({ seed: 3, start: 30_000, lengthS: 14_000 })];
    const found = evaluateDay(inputOf(rows, { facts: NET }), PARAMETERS).summary;
    expect(found.trips.map(({ kind }) => kind)).toEqual(['work', 'work', 'work']);
    expect(sumOf(found.trips, ({ totals }) => totals.noxG)).toBeCloseTo(found.totals.noxG, 6);
    expect(sumOf(found.trips, ({ valid }) => valid)).toBeLessThanOrEqual(found.work.valid);
    const alone = evaluateDay(
      inputOf(
        rows.filter(({ t }) => t < DAY_FROM + 30_000 + 6000),
        { facts: NET },
      ),
      PARAMETERS,
    ).summary;
    expect(alone.work).toMatchObject({ valid: found.trips[0]?.valid, void: found.trips[0]?.void });
    expect(found.tripRest).toBeNull();
  });
});

function pairs(histogram: readonly number[]): Map<number, number> {
  return new Map(Array.from({ length: histogram.length / 2 }, (_, k) => [histogram[2 * k] ?? 0, histogram[2 * k + 1] ?? 0]));
}

/** Qualified seconds are gathered until they make 20 s; a break throws away what was gathered. */
function brutePpm(seconds: readonly Second[], ratedKw: number): { all: Map<number, number>; high: Map<number, number> } {
  const found = { all: new Map<number, number>(), high: new Map<number, number>() };
  let gathered: Second[] = [];
  for (const [i, second] of seconds.entries()) {
    if (second.t < DAY_FROM) continue;
    const lastMinute = seconds.filter(({ t }) => t <= second.t && t >= second.t - 60);
    const warm =
      (lastMinute[0]?.t ?? second.t) <= second.t - 58 &&
      lastMinute.every(({ value }) => value('scrInTempC') >= 220) &&
      lastMinute.every(({ t }, k) => k === 0 || t - (lastMinute[k - 1]?.t ?? t) <= 3) &&
      seconds.slice(0, i).some(({ t, value }) => t <= second.t - 60 && t >= second.t - 63 && value('scrInTempC') >= 220);
    const qualified = warm && second.on && second.hot && second.kw >= 0.1 * ratedKw && !Number.isNaN(second.down);
    const previous = gathered.at(-1);
    if (!qualified || (previous !== undefined && second.t - previous.t > 3)) gathered = [];
    if (!qualified) continue;
    gathered.push(second);
    const time = sumOf(gathered, ({ cover }) => cover);
    if (time < 20) continue;
    const bin = Math.floor(sumOf(gathered, ({ down, cover }) => down * cover) / time / 5);
    found.all.set(bin, (found.all.get(bin) ?? 0) + time);
    if (sumOf(gathered, ({ kw, cover }) => kw * cover) / time > 0.5 * ratedKw)
      found.high.set(bin, (found.high.get(bin) ?? 0) + time);
    gathered = [];
  }
  return found;
}

/** For every start the shortest window that reaches the reference, within stretches without a gap of more than 600 s. */
function bruteWindows(kept: readonly Second[], referenceKwh: number, ratedKw: number) {
  const found: { e: number; share: number; from: number; to: number }[] = [];
  for (let i = 0; i < kept.length; i += 1) {
    let kwh = 0;
    let g = 0;
    let s = 0;
    for (let j = i; j < kept.length; j += 1) {
      const { t, kw, noxGs, cover } = kept[j] as Row & Second;
      if (j > i && t - (kept[j - 1]?.t ?? t) > 600) break;
      kwh += (Math.max(0, kw) * cover) / 3600;
      g += noxGs * cover;
      s += cover;
      if (kwh < referenceKwh * (1 - 1e-12)) continue;
      found.push({ e: g / kwh, share: (kwh * 3600) / s / ratedKw, from: kept[i]?.t ?? 0, to: t });
      break;
    }
  }
  return found;
}
