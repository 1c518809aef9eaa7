import type { ExportColumn, Language } from './column.ts';
import { csvWriter } from './formats/csv.ts';
import { geojsonWriter, gpxWriter } from './formats/geo.ts';
import { parquetWriter } from './formats/parquet.ts';
import { type Facts, xlsxWriter } from './formats/xlsx.ts';
import type { Format } from './request.ts';
import type { TableWriter } from './writer.ts';

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
      return csvWriter(path, columns, language);
    case 'xlsx':
      return xlsxWriter(path, columns, language, facts);
    case 'parquet':
      return parquetWriter(path, columns, language, facts);
    case 'geojson':
      return geojsonWriter(path, columns, facts);
    case 'gpx':
      return gpxWriter(path, columns, facts);
  }
}
