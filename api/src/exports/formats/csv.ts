import { CSV_BOM, csvLine, csvText } from '../../csv.ts';
import { ByteLines } from '../byte-lines.ts';
import { CellText, putTime } from '../cell-text.ts';
import type { Batch, ColumnData, ExportColumn } from '../column.ts';
import type { ByteSink, PromptWriter } from '../writer.ts';

const COMMA = 0x2c;
const RETURN = 0x0d;
const FEED = 0x0a;
const PIECE_BYTES = 262_144;

/**
 * CSV after RFC 4180 for spreadsheets and programs: UTF-8, a head of names, times with their offset, nothing that a spreadsheet would run as
 * a formula. No value is an empty field. `bom`: a file says by it that it is UTF-8; an answer over HTTP says so in its Content-Type, and
 * RFC 3629 §6 wants no mark where the encoding is told otherwise.
 */
export function csvWriter(
  sink: ByteSink,
  columns: readonly ExportColumn[],
  { heads, bom }: { readonly heads: readonly string[]; readonly bom: boolean },
): PromptWriter {
  const time = putTime();
  const cells = columns.map((column) => new CellText(column, { text: csvText, time }));
  const lines = new ByteLines();
  sink.text((bom ? CSV_BOM : '') + csvLine(heads));
  return {
    write(batch: Batch) {
      const { count, columns: data } = batch;
      for (let row = 0; row < count; row += 1) {
        for (let index = 0; index < cells.length; index += 1) {
          (cells[index] as CellText).put(data[index] as ColumnData, row, lines);
          lines.byte(COMMA);
        }
        // The end of the line takes the place of the last comma.
        lines.at -= 1;
        lines.byte(RETURN);
        lines.byte(FEED);
        if (lines.at >= PIECE_BYTES) sink.bytes(lines.take());
      }
    },
    finish() {
      sink.bytes(lines.take());
      sink.close();
      return [];
    },
  };
}
