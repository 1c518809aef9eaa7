import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { truckSpec } from '../fleet/default-fleet.ts';
import { journeysOf } from '../world/route.ts';
import { Drive, roadLoadKw, tripOf } from './drive.ts';
import { engineOf, fuelKgh } from './engine.ts';

/** Reference cycles lie beside the repository where they are at hand. */
const CYCLES = new URL('../../../../shared/cycles/', import.meta.url);

interface Trace {
  readonly speedMs: number[];
  readonly gradeFree?: boolean;
}

function driven(mass: number): Trace {
  const engine = engineOf({ ...truckSpec(1, 0, 'healthyIV'), ratedPowerKw: 276, referenceTorqueNm: 1734 });
  const speedMs: number[] = [];
  for (const { out, back } of [...journeysOf('昌吉市'), ...journeysOf('吉木萨尔县')]) {
    for (const route of [out, back]) {
      const drive = new Drive(engine);
      drive.begin(tripOf(route, speedMs.length, mass, 6.5));
      while (!drive.done) {
        drive.step();
        speedMs.push(drive.speedMs);
      }
    }
  }
  return { speedMs };
}

function figures({ speedMs }: Trace): { meanKmh: number; maxKmh: number; standing: number; hardest: number; rpa: number } {
  const km = speedMs.reduce((sum, v) => sum + v, 0);
  let hardest = 0;
  let positive = 0;
  for (let t = 1; t < speedMs.length; t += 1) {
    const a = (speedMs[t] ?? 0) - (speedMs[t - 1] ?? 0);
    hardest = Math.max(hardest, a);
    if (a > 0) positive += a * (speedMs[t] ?? 0);
  }
  return {
    meanKmh: (km / speedMs.length) * 3.6,
    maxKmh: speedMs.reduce((most, v) => Math.max(most, v), 0) * 3.6,
    standing: speedMs.filter((v) => v < 1 / 3.6).length / speedMs.length,
    hardest,
    rpa: positive / km,
  };
}

describe('road load', () => {
  it('gives the worked example E15: 40 t, 80 km/h, level 116.5 kW, 2 % 310 kW', () => {
    expect(roadLoadKw(40_000, 6.5, 80 / 3.6, 0, 0)).toBeCloseTo(116.5, 0);
    expect(roadLoadKw(40_000, 6.5, 80 / 3.6, 0, 0.02)).toBeCloseTo(310, 0);
  });
});

describe('engine', () => {
  const engine = engineOf({ ...truckSpec(1, 0, 'healthyIV'), ratedPowerKw: 276, referenceTorqueNm: 1734 });

  it('idles on 1.6 g CO2 a second (3.173 kg CO2 a kg of fuel)', () => {
    expect((engine.idleFuelKgh / 3.6) * 3.173).toBeCloseTo(1.6, 2);
    expect(fuelKgh(engine, engine.idleLoadKw, 600)).toBeCloseTo(engine.idleFuelKgh, 6);
  });

  it('burns nothing in overrun and 185 to 245 g/kWh under load', () => {
    expect(fuelKgh(engine, -40, 1300)).toBe(0);
    for (const kw of [60, 110, 150, 200]) {
      const bsfc = (fuelKgh(engine, kw, 1300) * 1000) / kw;
      expect(bsfc).toBeGreaterThan(185);
      expect(bsfc).toBeLessThan(245);
    }
  });
});

describe('a drive', () => {
  it('covers the road exactly, keeps to what a truck can do, and ends standing', () => {
    const { out } = journeysOf('阜康市')[0] ?? { out: undefined };
    if (out === undefined) throw new Error('no route');
    const drive = new Drive(engineOf(truckSpec(1, 0, 'healthyIV')));
    drive.begin(tripOf(out, 5, 40_000, 6.5));
    let sum = 0;
    let before = 0;
    while (!drive.done) {
      const at = drive.atM;
      drive.step();
      sum += drive.atM - at;
      expect(drive.atM - at).toBeGreaterThanOrEqual(0);
      expect(Math.abs(drive.atM - at - (drive.speedMs + before) / 2)).toBeLessThan(1.5);
      expect(drive.accelerationMs2).toBeGreaterThan(-1.6);
      expect(drive.accelerationMs2).toBeLessThan(1);
      expect(drive.rpm).toBeGreaterThanOrEqual(600);
      expect(drive.rpm).toBeLessThan(2000);
      before = drive.speedMs;
    }
    expect(sum).toBeCloseTo(out.lengthM, 6);
    expect(drive.speedMs).toBe(0);
  });

  it('resembles the reference cycles C-WTVC and HHDDT cruise', () => {
    const ours = figures(driven(40_000));
    console.log('driven:', ours);
    expect(ours.meanKmh).toBeGreaterThan(40);
    expect(ours.meanKmh).toBeLessThan(70);
    const names = ['c_wtvc.csv', 'hhddt_cruise.csv'];
    if (!names.every((name) => existsSync(new URL(name, CYCLES)))) {
      console.warn(
        'NOT COMPARED with reference drive cycles: C-WTVC and HHDDT cruise are not beside the repository (../shared/cycles)',
      );
      return;
    }
    const cycles = names.map((name) => {
      const rows = readFileSync(new URL(name, CYCLES), 'utf8').trim().split('\n').slice(1);
      return figures({ speedMs: rows.map((row) => Number(row.split(',')[1]) / 3.6) });
    });
    console.log('C-WTVC, HHDDT cruise:', cycles);
    const [wtvc, cruise] = cycles;
    if (wtvc === undefined || cruise === undefined) throw new Error('cycles not read');
    // A regional haulage mix lies between the urban-to-motorway cycle and the long-haul one.
    expect(ours.meanKmh).toBeGreaterThan(wtvc.meanKmh);
    expect(ours.meanKmh).toBeLessThan(cruise.meanKmh * 1.1);
    expect(Math.abs(ours.maxKmh - wtvc.maxKmh)).toBeLessThan(12);
    expect(ours.standing).toBeLessThan(wtvc.standing);
    expect(ours.hardest).toBeLessThan(Math.max(wtvc.hardest, cruise.hardest) * 1.1);
    expect(ours.rpa).toBeGreaterThan(Math.min(wtvc.rpa, cruise.rpa) * 0.5);
    expect(ours.rpa).toBeLessThan(Math.max(wtvc.rpa, cruise.rpa) * 1.5);
  });
});
