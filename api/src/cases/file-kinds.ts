/** Largest attachment. */
export const MOST_FILE_BYTES = 20 * 1024 * 1024;
/** Most attachments of one case. */
export const MOST_CASE_FILES = 200;
/** Most attachments of one inspection. */
export const MOST_INSPECTION_FILES = 20;

const startsWith = (bytes: Uint8Array, at: number, ...values: number[]): boolean =>
  values.every((value, i) => bytes[at + i] === value);
const ascii = (bytes: Uint8Array, at: number, text: string): boolean =>
  startsWith(bytes, at, ...[...text].map((letter) => letter.charCodeAt(0)));

/** Office documents are zip files; the name says which. */
const ZIPPED: Readonly<Record<string, string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  zip: 'application/zip',
};

/**
 * The media type of an attachment by its first bytes: PDF, JPEG, PNG, WebP, MP4, Word, Excel, zip. Null: it is none of these, whatever its name says.
 */
export function typeOfFile(bytes: Uint8Array, name: string): string | null {
  if (ascii(bytes, 0, '%PDF-')) return 'application/pdf';
  if (startsWith(bytes, 0, 0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (startsWith(bytes, 0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (ascii(bytes, 0, 'RIFF') && ascii(bytes, 8, 'WEBP')) return 'image/webp';
  if (ascii(bytes, 4, 'ftyp')) return 'video/mp4';
  if (!startsWith(bytes, 0, 0x50, 0x4b, 0x03, 0x04)) return null;
  return ZIPPED[/\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''] ?? null;
}

/** The value of a Content-Disposition header that makes a browser save a file under its name, whatever letters that has. */
export function saveAs(name: string): string {
  const plain = name.replace(/[^\w.-]+/g, '_').slice(0, 100);
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
