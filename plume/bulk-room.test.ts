import { truckSpec } from '@plume/simulators';
import { describe, expect, it } from 'vitest';
import { bulkEstimate, roomFault } from './bulk-room.ts';

const SPEC = { ...truckSpec(1, 1, 'healthyV'), shiftHours: 10 };
const spec = { ...SPEC, terminal: { ...SPEC.terminal, recordPeriodS: 1 as const } };
const DAY_S = 86_400;

describe('what years of a fleet come to', () => {
  it('is rows by shift and period, and bytes by whether the edition compresses', () => {
    // 2 trucks × 10 h × 3600 × 100 days = 7.2 million rows; 16 days of them (1.152 million) lie uncompressed, 6 bytes a row for the evaluation.
    expect(bulkEstimate([spec, spec], 0, 100 * DAY_S, 'community')).toEqual({
      rows: 7_200_000,
      bytes: 6_048_000 * 20 + 1_152_000 * 210 + 7_200_000 * 6,
    });
    expect(bulkEstimate([spec, spec], 0, 100 * DAY_S, 'apache').bytes).toBe(7_200_000 * 216);
    const slow = { ...spec, terminal: { ...spec.terminal, recordPeriodS: 10 as const } };
    expect(bulkEstimate([slow], 0, DAY_S, 'community').rows).toBe(3_600);
  });

  it('is refused with the numbers when the disk will not hold it', () => {
    const estimate = { rows: 1_000_000_000, bytes: 23e9 };
    expect(roomFault(estimate, 26e9)).toBeNull();
    expect(roomFault(estimate, 24.9e9)).toMatch(/1000000000 rows would take 23\.0 GB.*24\.9 GB free.*2\.0 GB are left/);
  });
});
