import { closeSync, openSync } from 'node:fs';
import { fileWriter } from 'hyparquet-writer';
import { type ExportColumn, headOf, type Language } from './column.ts';
import { csvWriter } from './formats/csv.ts';
import { geojsonWriter, gpxWriter } from './formats/geo.ts';
import { parquetWriter } from './formats/parquet.ts';
import { type Facts, xlsxWriter } from './formats/xlsx.ts';
import type { Format } from './request.ts';
import { FileSink, type TableWriter } from './writer.ts';

/** Begins a file of a format. */
export function writerOf(
  format: Format,
  path: string,
  columns: readonly ExportColumn[],
  language: Language,
  facts: Facts,
): TableWriter {
  switch (format) {
    case 'csv':
      return csvWriter(new FileSink(path), columns, { heads: columns.map((column) => headOf(column, language)), bom: true });
    case 'xlsx':
      return xlsxWriter(path, columns, language, facts);
    case 'parquet':
      // The library makes files that everybody may read; one that is there already keeps its mode.
      closeSync(openSync(path, 'w', 0o600));
      return parquetWriter(fileWriter(path), columns, language, facts);
    case 'geojson':
      return geojsonWriter(path, columns, facts);
    case 'gpx':
      return gpxWriter(path, columns, facts);
  }
}
