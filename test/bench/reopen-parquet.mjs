// The same as reopen.py for Parquet, by hyparquet, a row group at a time.
import { openSync, readSync, statSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { parquetMetadataAsync, parquetRead } from 'hyparquet';

const PLACES = 997;
const [path = '', kinds = ''] = process.argv.slice(2);
const fd = openSync(path, 'r');
const file = {
  byteLength: statSync(path).size,
  slice: (start, end = file.byteLength) => {
    const bytes = new Uint8Array(end - start);
    readSync(fd, bytes, 0, bytes.length, start);
    return bytes.buffer;
  },
};
const metadata = await parquetMetadataAsync(file);
const names = metadata.schema.slice(1).map(({ name }) => name);
const columns = names.map(() => ({ values: 0, sum: 0 }));
let first = 0;
for (const group of metadata.row_groups) {
  const count = Number(group.num_rows);
  const seen = new Uint32Array(names.length);
  await parquetRead({
    file,
    metadata,
    rowStart: first,
    rowEnd: first + count,
    onChunk: ({ columnName, columnData, rowStart }) => {
      const index = names.indexOf(columnName);
      const column = columns[index];
      for (let i = 0; i < columnData.length; i += 1) {
        const value = columnData[i];
        seen[index] += 1;
        if (value === null || value === undefined) continue;
        const number = kinds[index] === 's' ? crc32(value) : value instanceof Date ? value.getTime() / 1000 : Number(value);
        column.values += 1;
        column.sum += number * (((rowStart + i) % PLACES) + 1);
      }
    },
  });
  if (seen.some((n) => n !== count)) throw new Error(`a row group of ${count} rows has columns of ${[...seen].join(', ')}`);
  first += count;
}
process.stdout.write(JSON.stringify({ rows: first, columns }));
