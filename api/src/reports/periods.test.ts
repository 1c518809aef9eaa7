import { describe, expect, it } from 'vitest';
import { duePeriods, reportFileName, requireReportPeriod } from './periods.ts';

/** 1 March 2024, 00:30 in Beijing: still February in UTC. */
const NOW_MS = Date.parse('2024-03-01T00:30:00+08:00');
const DUE = { atMinute: 480, monthDay: 3, yearDay: '01-10' };
const at = (beijing: string) => Date.parse(`${beijing}+08:00`);

describe('the period of a report', () => {
  it.each([
    ['day', undefined, '2024-02-29', '2024-02-29'],
    ['month', undefined, '2024-02-01', '2024-02-29'],
    ['year', undefined, '2023-01-01', '2023-12-31'],
    ['month', '2023-12', '2023-12-01', '2023-12-31'],
    ['year', '2020', '2020-01-01', '2020-12-31'],
  ] as const)('%s %s is %s to %s', (kind, given, from, to) => {
    expect(requireReportPeriod(kind, given, NOW_MS)).toEqual({ from, to });
  });

  it.each([
    ['day', '2024-02-30', 'must be such as'],
    ['day', '2024-03-01', 'is not over; the last one is 2024-02-29'],
    ['month', '2024-03', 'is not over; the last one is 2024-02'],
    ['month', '2024-13', 'must be such as'],
    ['month', '2024-02-01', 'must be such as'],
    ['year', '2024', 'is not over; the last one is 2023'],
    ['year', '1999', 'must not be before 2000'],
    ['year', 'last', 'must be such as'],
  ] as const)('%s %s is refused: %s', (kind, given, reason) => {
    expect(() => requireReportPeriod(kind, given, NOW_MS)).toThrow(
      expect.objectContaining({ status: 400, message: expect.stringContaining(reason) }),
    );
  });
});

describe('reports that are due', () => {
  it('are those that came due since the schedule was switched on, the oldest first', () => {
    const since = at('2024-02-27T08:00:00');
    const days = duePeriods('day', DUE, since, at('2024-03-01T08:00:00')).map(({ from }) => from);
    expect(days).toEqual(['2024-02-27', '2024-02-28', '2024-02-29']);
    expect(duePeriods('day', DUE, since, at('2024-03-01T07:59:59')).map(({ from }) => from)).toEqual([
      '2024-02-27',
      '2024-02-28',
    ]);
  });

  it.each([
    ['month', '2024-03-03T07:59:59', '2024-02-01T00:00:00', ['2024-01-01']],
    ['month', '2024-03-03T08:00:00', '2024-02-01T00:00:00', ['2024-01-01', '2024-02-01']],
    ['year', '2024-01-10T07:59:59', '2023-12-01T00:00:00', []],
    ['year', '2024-01-10T08:00:00', '2023-12-01T00:00:00', ['2023-01-01']],
  ] as const)('%s at %s, on since %s', (kind, now, since, expected) => {
    expect(duePeriods(kind, DUE, at(since), at(now)).map(({ from }) => from)).toEqual(expected);
  });
});

it('a file is named in the language it is in, without what a folder would take for more than a name', () => {
  const key = { kind: 'month', from: '2026-10-01', to: '2026-10-31', district: '昌吉/../市', enterprise: null } as const;
  expect(reportFileName(key, 2, 'zh')).toBe('plume_月报_2026-10_昌吉-..-市_第2版.xlsx');
  expect(reportFileName(key, 2, 'en')).toBe('plume_monthly-report_2026-10_昌吉-..-市_revision-2.xlsx');
});
