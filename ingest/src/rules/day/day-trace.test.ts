import { parametersWith } from '@plume/ingest/rules';
import { describe, expect, it } from 'vitest';
import { SAMPLE_STATES, traceDay } from './day-trace.ts';
import { evaluateDay } from './evaluate-day.ts';
import { drive, FACTS, inputOf } from './test-kit.ts';

const PARAMETERS = parametersWith();
const INPUT = inputOf([...drive({ seed: 7, start: -900, lengthS: 5400 })], {
  facts: { ...FACTS, torqueKind: 'net', workRefKwh: 8 },
});
const { summary } = evaluateDay(INPUT, PARAMETERS);

describe.each(['work', 'fuel'] as const)('the trace of a day with its %s windows', (kind) => {
  const trace = traceDay(INPUT, PARAMETERS, kind);
  const counts: Record<string, number> = {};
  for (const code of trace.state) {
    const name = SAMPLE_STATES[code] ?? '';
    counts[name] = (counts[name] ?? 0) + 1;
  }

  it('has every sample of the day once, and says why each is dropped as the summary counts it', () => {
    const { dropped } = summary[kind];
    expect(trace.timeSec).toHaveLength(summary.samples);
    expect(Object.values(counts).reduce((a, b) => a + b)).toBe(summary.samples);
    for (const reason of ['engineOff', 'ambient', 'altitude', 'coolant'])
      expect([reason, counts[reason] ?? 0]).toEqual([reason, dropped[reason]]);
    const noNox = SAMPLE_STATES.filter(
      (name) => !['judged', 'engineOff', 'ambient', 'altitude', 'coolant', 'noPower'].includes(name),
    );
    expect(noNox.reduce((sum, name) => sum + (counts[name] ?? 0), 0)).toBe(dropped.noNox);
    expect(counts.judged).toBeGreaterThan(1000);
  });

  it('has the windows that the summary sums up, with their places', () => {
    const { windows } = trace;
    const valid = [...windows.gPerKwh].filter((_, k) => windows.valid[k] === 1);
    expect([windows.count, valid.length]).toEqual([summary[kind].count, summary[kind].valid]);
    // The summary is rounded for its hash.
    expect(Math.max(...valid) / (summary[kind].max ?? 0)).toBeCloseTo(1, 8);
    const worst = windows.gPerKwh.indexOf(Math.max(...valid));
    expect({ fromSec: windows.fromSec[worst], toSec: windows.toSec[worst] }).toEqual(summary[kind].worst);
  });
});

it('tells what one g/kWh is in ppm over the judged seconds (emissions §2.4)', () => {
  const { ppm } = traceDay(INPUT, PARAMETERS, 'work');
  // E7: at 6 kg/kWh 4.0 g/kWh are 420 ppm; so the product of both figures is 105 ppm × 6 kg/kWh whatever the truck.
  expect((ppm?.ppmPerGPerKwh ?? 0) * (ppm?.exhaustKgPerKwh ?? 0)).toBeCloseTo((420 / 4) * 6, 0);
  expect(ppm?.exhaustKgPerKwh).toBeGreaterThan(4);
  expect(ppm?.exhaustKgPerKwh).toBeLessThan(20);
});

it('a day without NOx has no windows, and every running sample says that the reading is missing', () => {
  const rows = [...drive({ seed: 7, start: 0, lengthS: 600 })].map(({ noxDownPpm: _, ...row }) => row);
  const trace = traceDay(inputOf(rows, { facts: FACTS }), PARAMETERS, 'work');
  expect(trace.windows.count).toBe(0);
  expect(trace.ppm).toBeNull();
  expect(new Set([...trace.state].map((code) => SAMPLE_STATES[code])).has('judged')).toBe(false);
});
