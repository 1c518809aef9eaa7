import { describe, expect, it } from 'vitest';
import { beijing } from '../test-kit.ts';
import { truck } from '../truck/truck.ts';
import { DAY_S } from '../world/calendar.ts';
import { defaultFleet } from './default-fleet.ts';
import { vinCheckDigit } from './vin.ts';

describe('VIN check digit', () => {
  it('is right for known examples (ISO 3779: 1M8GDM9AXKP042788, 11111111111111111)', () => {
    expect(vinCheckDigit('1M8GDM9AXKP042788')).toBe('X');
    expect(vinCheckDigit('11111111111111111')).toBe('1');
  });
});

describe('the default fleet', () => {
  const fleet = defaultFleet(1);

  it('is 36 trucks of stages IV and V with their own ids, VINs and plates, all formats, and every scenario that becomes rows', () => {
    expect(fleet).toHaveLength(36);
    for (const key of [
      (s: (typeof fleet)[number]) => s.vin,
      (s: (typeof fleet)[number]) => s.plate,
      (s: (typeof fleet)[number]) => s.terminal.id,
    ]) {
      expect(new Set(fleet.map(key)).size).toBe(36);
    }
    for (const { vin, plate, ratedPowerKw, terminal } of fleet) {
      expect(vin).toMatch(/^[A-HJ-NPR-Z0-9]{17}$/);
      expect(vinCheckDigit(vin)).toBe(vin[8]);
      expect(plate).toMatch(/^新B·[A-HJ-NP-Z0-9]{5}$/u);
      expect(ratedPowerKw >= 200 && ratedPowerKw <= 350).toBe(true);
      expect(terminal.iccid).toMatch(/^\d{20}$/);
      expect(terminal.id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    }
    expect([...new Set(fleet.map(({ terminal }) => terminal.format))].sort()).toEqual(['A', 'B', 'H', 'json']);
    expect([...new Set(fleet.map(({ stage }) => stage))].sort()).toEqual(['IV', 'V']);
    expect(new Set(fleet.map(({ district }) => district)).size).toBe(8);
    expect([...new Set(fleet.map(({ scenario }) => scenario))].sort()).toEqual([
      'fuelTheft',
      'gpsLost',
      'healthyIV',
      'healthyV',
      'noScr',
      'noxEmulator',
      'noxSensorStuck',
      'offlineBacklog',
      'scrFailed',
      'ureaDiluted',
      'ureaNotFilled',
    ]);
  });

  it('is the same for the same seed, another for another', () => {
    expect(defaultFleet(1)).toEqual(fleet);
    expect(defaultFleet(2).map(({ seed }) => seed)).not.toEqual(fleet.map(({ seed }) => seed));
  });

  it('has at least 24 engines running at any hour, day and night, and most trucks moving', () => {
    const trucks = fleet.map((spec) => truck(spec));
    const from = beijing('2026-11-20T00:00:00');
    let [least, mostMoving, leastMoving] = [36, 0, 36];
    for (let t = from; t < from + 2 * DAY_S; t += 1200) {
      const states = trucks.map((each) => each.at(t));
      least = Math.min(least, states.filter(({ engineOn }) => engineOn).length);
      const moving = states.filter(({ speedMs }) => speedMs > 0).length;
      leastMoving = Math.min(leastMoving, moving);
      mostMoving = Math.max(mostMoving, moving);
    }
    console.log(`engines running: at least ${least} of 36; moving: ${leastMoving} to ${mostMoving}`);
    expect(least).toBeGreaterThanOrEqual(24);
    expect(leastMoving).toBeGreaterThanOrEqual(14);
  });
});
