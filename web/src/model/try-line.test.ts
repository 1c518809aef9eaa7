import { expect, it } from 'vitest';
import { tryLine } from './try-line.ts';

it('the line to try is a mosquitto_pub call as the terminal with one sample of now, valid JSON within single quotes', () => {
  const line = tryLine('10.0.0.5', 21_883, 'T-1', 'abc_-1', Date.UTC(2026, 10, 23, 6, 30));
  expect(line).toMatch(/^mosquitto_pub -V 311 -q 1 -h 10\.0\.0\.5 -p 21883 -i T-1 -u T-1 -P 'abc_-1' -t obd\/v1\/T-1\/up -m '/);
  const message: unknown = JSON.parse(/-m '(.*)'$/.exec(line)?.[1] ?? '');
  expect(message).toEqual({
    v: 1,
    samples: [{ t: '2026-11-23T14:30:00+08:00', speedKmh: 42, noxDownPpm: 48.2, ureaLevelPct: 71.6 }],
  });
});
