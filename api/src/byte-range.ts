/** Bytes of a file that a request asks for, first and last included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * What a Range header means for a file of so many bytes (RFC 9110 14.2): null for the whole file (no header, one that is not understood, or
 * several ranges at once), `unsatisfiable` when nothing of the file lies in it.
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | null | 'unsatisfiable' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.replaceAll(' ', '') ?? '');
  if (!match) return null;
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return null;
  if (from === '') {
    const tail = Number(to);
    return tail === 0 || size === 0 ? 'unsatisfiable' : { first: Math.max(0, size - tail), last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return null;
  return first >= size ? 'unsatisfiable' : { first, last };
}
