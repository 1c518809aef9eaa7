import { CSV_BOM, csvLine, csvText } from '../../csv.ts';
import { beijingTexts } from '../beijing-text.ts';
import { type Batch, type ColumnData, type ExportColumn, textOf } from '../column.ts';
import type { TableWriter, TextSink } from '../writer.ts';

type Cell = (data: ColumnData, row: number) => string;

function cellOf(column: ExportColumn): Cell {
  const number = textOf(column);
  const time = beijingTexts();
  const guarded = new Map<string, string>();
  const text = (value: string | null): string => {
    if (value === null) return '';
    const known = guarded.get(value);
    if (known !== undefined) return known;
    const made = csvText(value);
    if (guarded.size < 1000) guarded.set(value, made);
    return made;
  };
  return (data, row) => {
    if (data.kind === 'constant') return text(data.value);
    if (data.kind === 'texts') return text(data.values[row] ?? null);
    const value = data.values[row] as number;
    if (Number.isNaN(value)) return '';
    return column.wire === 'time' ? time(value) : number(value);
  };
}

/**
 * CSV after RFC 4180 for spreadsheets and programs: UTF-8, a head of names, times with their offset, nothing that a spreadsheet would run as
 * a formula. No value is an empty field. `bom`: a file says by it that it is UTF-8; an answer over HTTP says so in its Content-Type, and
 * RFC 3629 §6 wants no mark where the encoding is told otherwise.
 */
export function csvWriter(
  sink: TextSink,
  columns: readonly ExportColumn[],
  { heads, bom }: { readonly heads: readonly string[]; readonly bom: boolean },
): TableWriter {
  const cells = columns.map(cellOf);
  sink.text((bom ? CSV_BOM : '') + csvLine(heads));
  return {
    write(batch: Batch) {
      for (let row = 0; row < batch.count; row += 1) {
        let line = '';
        for (let index = 0; index < cells.length; index += 1) {
          const cell = (cells[index] as Cell)(batch.columns[index] as ColumnData, row);
          line = index === 0 ? cell : `${line},${cell}`;
        }
        sink.text(`${line}\r\n`);
      }
    },
    finish() {
      sink.close();
      return [];
    },
  };
}
