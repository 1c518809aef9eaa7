import type { QualityRow } from '@plume/db';
import { describe, expect, it } from 'vitest';
import { figureOf } from './measures.ts';

const NONE: QualityRow = {
  keys: [],
  days: 3,
  data_days: 0,
  trucks: 1,
  data_trucks: 0,
  received: 0,
  due: 0,
  nox_valid_samples: null,
  judged_trucks: 0,
  over_trucks: 0,
  over_day_trucks: 0,
  day_judged_trucks: null,
  judged_days: 0,
  over_days: 0,
};

describe('why there is no rate of valid samples', () => {
  it.each(['effectiveRate', 'validRate'] as const)(
    '%s: of days without data there are no samples; with data the signal was not sent',
    (id) => {
      expect(figureOf(id, null, NONE).figure).toEqual({ value: null, reason: 'noSamples' });
      expect(figureOf(id, null, { ...NONE, data_days: 3, received: 9, due: 9 }).figure).toEqual({
        value: null,
        reason: 'notSent',
      });
    },
  );
});
