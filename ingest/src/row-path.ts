import type { MessagePart } from './protocol/index.ts';

const SAMPLE = /^samples\[(\d+)\]/u;

/**
 * Path of the sample in a row of a message's columns: `samples[3]` as the terminal counted it (samples that were rejected have no row), or
 * `frame[0].data.sample[2]`, the third distinct time of a native frame.
 */
export function rowPath(parts: readonly MessagePart[], row: number): string {
  const part = parts.find((each) => row >= each.firstRow && row < each.firstRow + each.rowCount);
  if (!part) return '';
  let at = row - part.firstRow;
  if (part.format === 'native') return `${part.field}.data.sample[${at}]`;
  const rejected = part.rejections.flatMap(({ field }) => SAMPLE.exec(field)?.[1] ?? []).map(Number);
  for (const index of rejected.sort((a, b) => a - b)) if (index <= at) at += 1;
  return `samples[${at}]`;
}
