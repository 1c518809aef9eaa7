import { SIGNALS } from '@plume/ingest/protocol';
import { SAMPLE_TIME, signalColumn } from './samples.ts';
import { at, constantsOf, type ExportTable, stretches, truckColumns } from './table.ts';

const STRETCH_MS = { embedded: 7_200_000, server: 86_400_000 } as const;
const IDS = ['lonDeg', 'latDeg', 'speedKmh', 'noxDownPpm'] as const;

/** Where trucks were: one position per step. */
export const TRACK: ExportTable = {
  name: { zh: '轨迹', en: 'Tracks' },
  about: {
    zh: '每车一条轨迹，WGS-84 坐标；每个步长取第一个有效位置',
    en: 'The way of each truck, WGS-84; the first valid position of each step',
  },
  size: 'samples',
  columns: () => [
    ...truckColumns('constant'),
    SAMPLE_TIME,
    ...IDS.flatMap((id) => SIGNALS.filter((signal) => signal.id === id)).map(signalColumn),
  ],
  *slices({ trucks, fromMs, toMs, stepS, engine }) {
    const step = Math.max(1, Math.trunc(stepS));
    const first = step === 1 ? '' : `distinct on (time_bucket(interval '${step} seconds', time)) `;
    const order = step === 1 ? 'time' : `time_bucket(interval '${step} seconds', time), time`;
    for (const truck of trucks)
      for (const { from, to } of stretches(fromMs, toMs, STRETCH_MS[engine]))
        yield {
          sql: `select ${first}time, "lonDeg", "latDeg", "speedKmh", "noxDownPpm" from samples where vehicle_id = ${Math.trunc(truck.id)} and time >= ${at(from)} and time < ${at(to)} and "lonDeg" is not null and "latDeg" is not null order by ${order}`,
          constants: constantsOf(truck),
        };
  },
};
