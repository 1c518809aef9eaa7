import { SIGNALS, toPhysical } from '@plume/ingest/protocol';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import type { ColumnData, ExportColumn, Wire } from '../column.ts';
import { signalColumn } from '../tables/samples.ts';
import { parquetWriter } from './parquet.ts';

const both = { zh: '', en: '' };
const plain = (id: string, wire: Wire): ExportColumn => ({ id, name: both, unit: '', definition: both, wire });
const numbers = (values: readonly (number | null)[]): ColumnData => ({
  kind: 'numbers',
  values: Float64Array.from(values, (value) => value ?? Number.NaN),
});

async function readBack(columns: readonly ExportColumn[], count: number, data: readonly ColumnData[]) {
  const into = new ByteWriter();
  const writer = parquetWriter(into, columns, 'en', []);
  writer.write({ count, columns: data });
  writer.finish();
  const file = Uint8Array.from(into.getBytes()).buffer;
  return { meta: parquetMetadata(file), rows: await parquetReadObjects({ file }) };
}

let seed = 7;
const random = (): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};

/** Raw values with runs, single ones and gaps of every length. */
function rawValues(count: number, kinds: number, gaps: number): (number | null)[] {
  const values: (number | null)[] = [];
  while (values.length < count) {
    const value = random() < gaps ? null : Math.floor(random() * kinds);
    for (let left = random() < 0.5 ? 1 : Math.floor(random() * 30); left >= 0; left -= 1) values.push(value);
  }
  return values.slice(0, count);
}

const [SPEED_SIGNAL] = SIGNALS;
if (SPEED_SIGNAL === undefined) throw new Error('there is no signal');
const SPEED = signalColumn(SPEED_SIGNAL);

describe('Parquet', () => {
  it.each([
    [1, 1, 0],
    [7, 3, 0.3],
    [8, 1, 0],
    [9, 2, 0.5],
    [1000, 2, 0],
    [1000, 300, 0.2],
    [5000, 4096, 0],
    [40_000, 25_000, 0.1],
    [40_000, 1, 1],
  ])('holds %d values of %d kinds, where a share of %d is missing, as they were', async (count, kinds, gaps) => {
    const raw = rawValues(count, kinds, gaps);
    const words = raw.map((value) => (value === null ? null : `词 ${value % 50}`));
    const columns = [SPEED, plain('whole', 'int4'), plain('words', 'quality')];
    const { rows, meta } = await readBack(columns, count, [numbers(raw), numbers(raw), { kind: 'texts', values: words }]);
    expect(rows).toHaveLength(count);
    const other = rows.findIndex(
      (row, i) =>
        row.whole !== raw[i] ||
        row.words !== words[i] ||
        row[SPEED.id] !== (raw[i] === null ? null : toPhysical(0, raw[i] as number)),
    );
    expect(other).toBe(-1);
    const known = raw.filter((value) => value !== null);
    const [first] = meta.row_groups;
    if (known.length > 0 && count < 32_768)
      expect(first?.columns[1]?.meta_data?.statistics).toMatchObject({
        min_value: known.reduce((a, b) => Math.min(a, b)),
        max_value: known.reduce((a, b) => Math.max(a, b)),
        null_count: BigInt(count - known.length),
      });
  });

  it('has times, dates, truths, counts and constants with their types, and their bounds', async () => {
    const columns = [
      plain('time', 'time'),
      plain('day', 'date'),
      plain('yes', 'bool'),
      plain('count', 'int8'),
      plain('share', 'float8'),
      plain('plate', 'constant'),
      plain('none', 'constant'),
    ];
    const { rows, meta } = await readBack(columns, 3, [
      numbers([1_700_000_000.25, null, -1]),
      { kind: 'texts', values: ['2026-03-08', null, '1969-12-31'] },
      numbers([1, 0, null]),
      numbers([2 ** 40, -5, null]),
      numbers([0.1, -0, null]),
      { kind: 'constant', value: '京A00001' },
      { kind: 'constant', value: null },
    ]);
    expect(rows).toEqual([
      {
        time: new Date(1_700_000_000_250),
        day: new Date('2026-03-08'),
        yes: true,
        count: 2n ** 40n,
        share: 0.1,
        plate: '京A00001',
        none: null,
      },
      { time: null, day: null, yes: false, count: -5n, share: -0, plate: '京A00001', none: null },
      { time: new Date(-1000), day: new Date('1969-12-31'), yes: null, count: null, share: null, plate: '京A00001', none: null },
    ]);
    const boundsOf = (index: number) => meta.row_groups[0]?.columns[index]?.meta_data?.statistics;
    expect(boundsOf(0)).toMatchObject({ min_value: new Date(-1000), max_value: new Date(1_700_000_000_250), null_count: 1n });
    expect(boundsOf(3)).toMatchObject({ min_value: -5n, max_value: 2n ** 40n });
    expect(boundsOf(5)).toMatchObject({ min_value: '京A00001', max_value: '京A00001', null_count: 0n });
  });

  it('refuses a number that its type cannot hold', async () => {
    await expect(readBack([plain('n', 'int4')], 1, [numbers([2 ** 31])])).rejects.toThrow(RangeError);
  });
});
