import type { TruckHistory } from '@plume/db/evaluation';
import { describe, expect, it } from 'vitest';
import { factsAt, inServiceOn, inServiceSince } from './facts.ts';

function historyOf(parameters: TruckHistory['parameters']): TruckHistory {
  return { id: 1, vin: 'LZZ5CLSB8KA000001', fittedSec: 1000, createdSec: 1000, parameters, assignments: [], layUps: [] };
}

describe('facts in force', () => {
  const history = historyOf([
    { fromSec: 1000, values: { stage: 'IV', ratedPowerKw: 206 } },
    { fromSec: 2000, values: { stage: 'V', ratedPowerKw: 276 } },
    { fromSec: 1000, values: { stage: 'IV', ratedPowerKw: 213, inUseGPerKwh: 5.5 } },
  ]);

  it('are those of the newest recorded row that has begun', () => {
    expect(factsAt(history, 1500)).toMatchObject({ stage: 'IV', ratedPowerKw: 213, limits: { inUseGPerKwh: 5.5 } });
  });

  it('are, for a truck of which nothing has begun yet, those that begin first: it was the same truck before it was entered', () => {
    expect(factsAt(history, 10)).toMatchObject({ stage: 'IV', ratedPowerKw: 213 });
    expect(factsAt(historyOf([{ fromSec: 2000, values: { stage: 'V', ratedPowerKw: 276 } }]), 10)).toMatchObject({ stage: 'V' });
  });

  it('are not known where the registry has none, or something else than its name promises', () => {
    expect(factsAt(historyOf([]), 10)).toMatchObject({ stage: null, ratedPowerKw: null, limits: {} });
    expect(factsAt(historyOf([{ fromSec: 0, values: { stage: 'X', ratedPowerKw: '276', hasScr: 'no' } }]), 10)).toMatchObject({
      stage: null,
      ratedPowerKw: null,
      hasScr: null,
    });
  });
});

describe('service', () => {
  const history: TruckHistory = {
    ...historyOf([]),
    fittedSec: Date.UTC(2026, 9, 1) / 1000,
    assignments: [{ terminalId: 'T-1', fromSec: 0, toSec: Number.POSITIVE_INFINITY }],
    layUps: [
      { fromDay: '2026-11-01', toDay: '2026-11-10' },
      { fromDay: '2026-12-01', toDay: null },
    ],
  };

  it.each([
    ['2026-10-31', true],
    ['2026-11-01', false],
    ['2026-11-09', false],
    ['2026-11-10', true],
    ['2026-12-01', false],
    ['2027-05-01', false],
  ])('on %s: %s', (day, inService) => expect(inServiceOn(history, day)).toBe(inService));

  it('begins anew at midnight in Beijing of the day on which the truck is back', () => {
    expect(inServiceSince(history, '2026-11-09')).toBe(history.fittedSec);
    expect(inServiceSince(history, '2026-11-10')).toBe(Date.UTC(2026, 10, 9, 16) / 1000);
    expect(inServiceSince(history, '2026-12-20')).toBe(Date.UTC(2026, 10, 9, 16) / 1000);
  });
});
