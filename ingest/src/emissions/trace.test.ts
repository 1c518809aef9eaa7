import { QUALITY, SampleColumns, SIGNALS, signalIndex, toPhysical, toRaw } from '@plume/ingest/protocol';
import { expect, it } from 'vitest';
import { judge } from './judge.ts';
import { JUDGED } from './judged.ts';
import { periodOf } from './period.ts';
import { runningPeriodOf } from './running-period.ts';
import { traceFrom } from './test-kit.ts';
import { columnOf, traceOf } from './trace.ts';

const NOX = signalIndex('noxDownPpm');
const RPM = signalIndex('engineRpm');

function samples(times: readonly number[]): SampleColumns {
  const columns = new SampleColumns(2);
  for (const time of times) {
    const row = columns.append(time);
    columns.setValue(row, RPM, toRaw('engineRpm', 800 + time) ?? 0);
  }
  return columns;
}

it('turns raw integers into units and wire codes into judgements', () => {
  const columns = samples([10, 11, 12, 13, 14, 15, 16]);
  columns.setValue(0, NOX, 4964);
  const wire = [QUALITY.notSent, QUALITY.na, QUALITY.error, QUALITY.reserved, QUALITY.notReady, QUALITY.outOfRange];
  for (const [k, code] of wire.entries()) columns.setMissing(k + 1, NOX, code);
  const trace = traceOf(columns);
  expect(trace.columns.noxDownPpm?.values[0]).toBe(48.2);
  expect(Number.isNaN(trace.columns.noxDownPpm?.values[1])).toBe(true);
  expect([...(trace.columns.noxDownPpm?.codes ?? [])]).toEqual([
    JUDGED.valid,
    JUDGED.missing,
    JUDGED.missing,
    JUDGED.error,
    JUDGED.error,
    JUDGED.notReady,
    JUDGED.outOfRange,
  ]);
  expect(Object.keys(trace.columns).sort()).toEqual(['engineRpm', 'noxDownPpm']);
});

it('puts rows in time order and takes the first of a repeated second', () => {
  const columns = samples([5, 3, 4]);
  const again = columns.append(4);
  columns.setValue(again, RPM, toRaw('engineRpm', 2000) ?? 0);
  const trace = traceOf(columns);
  expect([...trace.timeSec]).toEqual([3, 4, 5]);
  expect([...(trace.columns.engineRpm?.values ?? [])]).toEqual([803, 804, 805]);
});

it('does not depend on the order of the rows', () => {
  const times = Array.from({ length: 500 }, (_, i) => 1000 + i);
  const shuffled = times.map((_, i) => times[(i * 211) % 500] ?? 0);
  expect(traceOf(samples(shuffled))).toEqual(traceOf(samples(times)));
});

it('reads samples signal by signal as it reads them row by row, whatever their order', () => {
  const columns = samples([9, 3, 4, 8, 5, 6, 7]);
  columns.setValue(2, NOX, 4964);
  columns.setMissing(4, NOX, QUALITY.notReady);
  for (const { count, timeSec, values, quality } of [columns, samples([1, 2, 3])]) {
    const columnRows = count + 5;
    const bySignal = new Float64Array(SIGNALS.length * columnRows).fill(777);
    for (let row = 0; row < count; row += 1)
      for (let signal = 0; signal < SIGNALS.length; signal += 1)
        bySignal[signal * columnRows + row] = values[row * SIGNALS.length + signal] as number;
    const rows = { count, timeSec, values, quality };
    expect(traceOf({ ...rows, values: bySignal, columnRows })).toEqual(traceOf(rows));
    expect(traceOf(rows).count).toBe(count);
  }
});

it('hides values whose code forbids their use, and keeps them beside it', () => {
  const values = Float64Array.from([1, Number.NaN, 3, 4]);
  const shown = columnOf(values, Uint8Array.from([JUDGED.valid, JUDGED.missing, JUDGED.stuck, JUDGED.valid]));
  expect([...shown.valid]).toEqual([1, Number.NaN, Number.NaN, 4]);
  expect([...shown.values]).toEqual([1, Number.NaN, 3, 4]);
  expect(columnOf(values, Uint8Array.from([JUDGED.valid, JUDGED.missing, JUDGED.valid, JUDGED.valid])).valid).toBe(values);
});

it('of nothing is empty', () => {
  expect(traceOf(new SampleColumns())).toEqual({ count: 0, timeSec: new Float64Array(0), columns: {} });
});

it('converts every raw value of every signal as the catalogue does', () => {
  const columns = new SampleColumns();
  const probes = 400;
  for (let i = 0; i < probes; i += 1) {
    const row = columns.append(i);
    for (const [index, { rawMin, rawMax }] of SIGNALS.entries())
      columns.setValue(row, index, rawMin + Math.floor(((rawMax - rawMin) * i) / (probes - 1)));
  }
  const trace = traceOf(
    columns,
    SIGNALS.map(({ id }) => id),
  );
  for (const [index, { id, rawMin, rawMax }] of SIGNALS.entries())
    for (let i = 0; i < probes; i += 1)
      expect(trace.columns[id]?.values[i], id).toBe(
        toPhysical(index, rawMin + Math.floor(((rawMax - rawMin) * i) / (probes - 1))),
      );
});

it('the period is that of the running engine, though a parked truck reports more often than not', () => {
  const driven = Array.from({ length: 400 }, (_, i) => 30 * i);
  const parked = Array.from({ length: 900 }, (_, i) => 12_000 + 60 * i);
  const rpm = [...driven.map(() => 1200), ...parked.map(() => 0)];
  const trace = traceFrom({ engineRpm: rpm }, [...driven, ...parked]);
  expect(periodOf(trace.timeSec)).toBe(60);
  expect(runningPeriodOf(trace)).toBe(30);
  expect(judge(trace).periodS).toBe(30);
  expect(runningPeriodOf(trace, 400)).toBe(60);
  expect(runningPeriodOf(traceFrom({ engineRpm: [1200] }))).toBeNull();
});
