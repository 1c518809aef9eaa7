import { type ExportColumn, headOf, type Language } from './column.ts';
import { csvWriter } from './formats/csv.ts';
import { geojsonWriter, gpxWriter } from './formats/geo.ts';
import { type Facts, xlsxWriter } from './formats/xlsx.ts';
import type { Format } from './request.ts';
import type { FileSink, TableWriter } from './writer.ts';

/** Begins a file of a format. */
export async function writerOf(
  format: Format,
  sink: FileSink,
  columns: readonly ExportColumn[],
  language: Language,
  facts: Facts,
): Promise<TableWriter> {
  switch (format) {
    case 'csv':
      return csvWriter(sink, columns, { heads: columns.map((column) => headOf(column, language)), bom: true });
    case 'xlsx':
      return xlsxWriter(sink, columns, language, facts);
    case 'parquet': {
      // Its library is more than all else that a thread loads; for the other formats it stays away.
      const { parquetFileWriter } = await import('./formats/parquet.ts');
      return parquetFileWriter(sink, columns, language, facts);
    }
    case 'geojson':
      return geojsonWriter(sink, columns, facts);
    case 'gpx':
      return gpxWriter(sink, columns, facts);
  }
}
