import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter, type Writer } from 'hyparquet-writer';
import { type Batch, type ColumnData, type ExportColumn, type Language, noteOf } from '../column.ts';
import type { FileSink, PromptWriter } from '../writer.ts';
import { ParquetBytes } from './parquet-bytes.ts';
import { ParquetColumn } from './parquet-column.ts';
import type { Facts } from './xlsx.ts';

/** Rows of a row group: what is held in memory before it is written. */
const GROUP_ROWS = 32_768;

/**
 * Parquet with typed columns named by their ids; what they mean and where they come from is in the file's key-value metadata. The library
 * writes what frames the columns; these are made here, for it makes an object of each value (a million samples × 35 columns: 17 s, and 2 s).
 */
export function parquetWriter(into: Writer, columns: readonly ExportColumn[], language: Language, facts: Facts): PromptWriter {
  const chunks = columns.map((column) => new ParquetColumn(column, GROUP_ROWS));
  const schema: SchemaElement[] = [{ name: 'root', num_children: columns.length }, ...chunks.map(({ element }) => element)];
  const file = new ParquetWriter({
    writer: into,
    schema,
    createdBy: 'Plume',
    kvMetadata: [
      { key: 'plume.facts', value: JSON.stringify(Object.fromEntries(facts)) },
      { key: 'plume.columns', value: JSON.stringify(columns.map((column) => noteOf(column, language))) },
      { key: 'plume.timeZone', value: 'Asia/Shanghai (UTC+08:00); timestamps are stored in UTC, dates are Beijing dates' },
    ],
  });
  const memory = { levels: new ParquetBytes(), values: new ParquetBytes() };
  let count = 0;
  const writeGroup = () => {
    if (count === 0) return;
    const start = into.offset;
    const written = chunks.map((chunk) => chunk.write(into, memory));
    file.row_groups.push({
      columns: written,
      total_byte_size: written.reduce((sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n), 0n),
      num_rows: BigInt(count),
      total_compressed_size: BigInt(into.offset - start),
    });
    file.num_rows += BigInt(count);
    count = 0;
    void into.flush?.();
  };
  return {
    write(batch: Batch) {
      for (let from = 0; from < batch.count; ) {
        const rows = Math.min(batch.count - from, GROUP_ROWS - count);
        for (let index = 0; index < chunks.length; index += 1)
          (chunks[index] as ParquetColumn).take(batch.columns[index] as ColumnData, from, rows);
        from += rows;
        count += rows;
        if (count === GROUP_ROWS) writeGroup();
      }
    },
    finish() {
      writeGroup();
      void file.finish();
      return [];
    },
  };
}

/** The same into a file: a row group's bytes go there as soon as it is complete. */
export function parquetFileWriter(
  sink: FileSink,
  columns: readonly ExportColumn[],
  language: Language,
  facts: Facts,
): PromptWriter {
  const into = new ByteWriter();
  const flush = () => {
    sink.bytes(into.getBytes());
    into.index = 0;
  };
  const writer = parquetWriter(Object.assign(into, { flush }), columns, language, facts);
  return {
    write: writer.write,
    finish() {
      const notes = writer.finish();
      flush();
      sink.close();
      return notes;
    },
  };
}
