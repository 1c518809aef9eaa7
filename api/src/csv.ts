/** A cell that a spreadsheet takes as text and not as a formula: =, +, -, @ (also in full width), tab, return and line feed at the beginning are what would start one. */
function guarded(text: string): string {
  return /^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text;
}

/** A text as a field of CSV (RFC 4180), guarded against being run as a formula. */
export function csvText(value: string): string {
  const text = guarded(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line of CSV (RFC 4180). Numbers stay numbers; texts are guarded against being run as formulas; null is empty. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  const quoted = cells.map((cell) => {
    if (cell === null) return '';
    return typeof cell === 'number' ? String(cell) : csvText(cell);
  });
  return `${quoted.join(',')}\r\n`;
}

/** Tells a spreadsheet that the text is UTF-8. */
export const CSV_BOM = '\uFEFF';
