import { describe, expect, it } from 'vitest';
import { lineColours } from './colours.ts';
import { timeLabels, timeSplits } from './time-axis.ts';

// 2026-11-23 00:00 in Beijing.
const MIDNIGHT = Date.UTC(2026, 10, 22, 16, 0, 0) / 1000;

describe('the time axis', () => {
  it('has round Beijing times, no closer than asked', () => {
    expect(timeLabels(timeSplits(MIDNIGHT + 3601, MIDNIGHT + 7300, 500))).toEqual([
      '01:10',
      '01:20',
      '01:30',
      '01:40',
      '01:50',
      '02:00',
    ]);
  });

  it('has Beijing days on long ranges, not UTC days', () => {
    const splits = timeSplits(MIDNIGHT - 1000, MIDNIGHT + 3 * 86_400, 80_000);
    expect(splits[0]).toBe(MIDNIGHT);
    expect(timeLabels(splits)).toEqual(['11-23', '11-24', '11-25', '11-26']);
  });

  it('names the day where one begins', () => {
    expect(timeLabels(timeSplits(MIDNIGHT - 3600, MIDNIGHT + 3600, 3000))).toEqual(['23:00', '11-23', '01:00']);
  });

  it('shows seconds only where they differ', () => {
    expect(timeLabels(timeSplits(MIDNIGHT + 1, MIDNIGHT + 31, 9))).toEqual(['00:00:10', '00:00:20', '00:00:30']);
  });
});

describe('line colours', () => {
  it('draw NOx downstream in ink wherever it stands, and no two of six alike', () => {
    const colours = lineColours(['speedKmh', 'noxDownPpm', 'noxUpPpm', 'engineRpm', 'fuelRateLph', 'ureaLevelPct']);
    expect(colours.get('noxDownPpm')).toBe('--line-ink');
    expect(new Set(colours.values()).size).toBe(6);
    expect(new Set(lineColours(['a', 'b', 'c', 'd', 'e', 'f']).values()).size).toBe(6);
  });
});
