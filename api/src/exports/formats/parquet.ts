import type { SchemaElement } from 'hyparquet';
import { ParquetWriter, type Writer } from 'hyparquet-writer';
import { type Batch, type ColumnData, type ExportColumn, type Language, noteOf, physicalOf } from '../column.ts';
import type { TableWriter } from '../writer.ts';
import type { Facts } from './xlsx.ts';

/** Rows of a row group: what is held in memory before it is written. */
const GROUP_ROWS = 32_768;
const MOST_INT32 = 2 ** 31;

/** How a column is typed: times as UTC milliseconds, dates as days, measured values as doubles, counts as integers. */
function elementOf({ id, wire, signal }: ExportColumn): SchemaElement {
  const optional = { name: id, repetition_type: 'OPTIONAL' } as const;
  if (wire === 'time')
    return {
      ...optional,
      type: 'INT64',
      converted_type: 'TIMESTAMP_MILLIS',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    };
  if (wire === 'date') return { ...optional, type: 'INT32', converted_type: 'DATE' };
  if (wire === 'bool') return { ...optional, type: 'BOOLEAN' };
  if (wire === 'int4' && signal === undefined) return { ...optional, type: 'INT32' };
  if (wire === 'int8' && signal === undefined) return { ...optional, type: 'INT64' };
  if (wire === 'text' || wire === 'quality' || wire === 'constant')
    return { ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
  return { ...optional, type: 'DOUBLE' };
}

type Value = number | string | bigint | boolean | Date | null;
type Take = (data: ColumnData, row: number) => Value;

function takeOf(column: ExportColumn): Take {
  const physical = physicalOf(column);
  const { wire } = column;
  return (data, row) => {
    if (data.kind === 'constant') return data.value;
    if (data.kind === 'texts') {
      const text = data.values[row] ?? null;
      return wire === 'date' && text !== null ? new Date(text) : text;
    }
    const value = data.values[row] as number;
    if (Number.isNaN(value)) return null;
    if (wire === 'time') return BigInt(Math.round(value * 1000));
    if (wire === 'bool') return value === 1;
    if (wire === 'int8' && column.signal === undefined) return BigInt(value);
    if (wire === 'int4' && column.signal === undefined && Math.abs(value) >= MOST_INT32)
      throw new RangeError(`${column.id}: ${value} is no 32-bit integer`);
    return physical(value);
  };
}

/** Parquet with typed columns named by their ids; what they mean and where they come from is in the file's key-value metadata. */
export function parquetWriter(into: Writer, columns: readonly ExportColumn[], language: Language, facts: Facts): TableWriter {
  const schema: SchemaElement[] = [{ name: 'root', num_children: columns.length }, ...columns.map(elementOf)];
  const writer = new ParquetWriter({
    writer: into,
    schema,
    createdBy: 'Plume',
    kvMetadata: [
      { key: 'plume.facts', value: JSON.stringify(Object.fromEntries(facts)) },
      { key: 'plume.columns', value: JSON.stringify(columns.map((column) => noteOf(column, language))) },
      { key: 'plume.timeZone', value: 'Asia/Shanghai (UTC+08:00); timestamps are stored in UTC, dates are Beijing dates' },
    ],
  });
  const takes = columns.map(takeOf);
  const gathered: Value[][] = columns.map(() => new Array<Value>(GROUP_ROWS));
  let count = 0;
  const writeGroup = () => {
    if (count === 0) return;
    const columnData = columns.map(({ id }, index) => {
      const data = gathered[index] as Value[];
      return { name: id, data: count === GROUP_ROWS ? data : data.slice(0, count), offsetIndex: false };
    });
    void writer.write({ columnData, rowGroupSize: GROUP_ROWS });
    count = 0;
  };
  return {
    write(batch: Batch) {
      for (let from = 0; from < batch.count; ) {
        const rows = Math.min(batch.count - from, GROUP_ROWS - count);
        for (let index = 0; index < takes.length; index += 1) {
          const into = gathered[index] as Value[];
          const data = batch.columns[index] as ColumnData;
          const take = takes[index] as Take;
          for (let row = 0; row < rows; row += 1) into[count + row] = take(data, from + row);
        }
        from += rows;
        count += rows;
        if (count === GROUP_ROWS) writeGroup();
      }
    },
    finish() {
      writeGroup();
      void writer.finish();
      return [];
    },
  };
}
