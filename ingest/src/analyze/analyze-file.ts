import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { assess } from './assess.ts';
import { type AnalyzeArgs, parseAnalyzeArgs } from './options.ts';
import { bad, good, type Outcome } from './outcome.ts';
import { readCsv } from './read-csv.ts';
import { isParquet, readParquet } from './read-parquet.ts';
import { reportOf } from './report.ts';
import type { AnalysisReport } from './report-form.ts';

/** Largest file that is read: it is held in memory several times over. */
export const MAX_FILE_BYTES = 400_000_000;

/**
 * Reads a file of samples and runs the service's own stage 1 over it, as over a stored day; the report says what of the service is left out. A
 * sentence says what is wrong with the file or the arguments.
 */
export async function analyzeFile(args: AnalyzeArgs): Promise<Outcome<AnalysisReport>> {
  if (args.file === undefined || args.file === '') return bad('which file? npm run plume -- analyze <file>');
  const parsed = parseAnalyzeArgs(args);
  if (!parsed.ok) return parsed;
  const bytes = await bytesOf(args.file);
  if (!bytes.ok) return bad(`${args.file}: ${bytes.error}`);
  const report = await analyzeBytes(bytes.value, basename(args.file), args);
  return report.ok ? report : bad(`${args.file}: ${report.error}`);
}

/** The same for bytes at hand. */
export async function analyzeBytes(bytes: Uint8Array, name: string, args: AnalyzeArgs): Promise<Outcome<AnalysisReport>> {
  const parsed = parseAnalyzeArgs(args);
  if (!parsed.ok) return parsed;
  const file = isParquet(bytes) ? await readParquet(bytes, parsed.value) : readCsv(bytes, parsed.value);
  if (!file.ok) return file;
  const assessment = assess(file.value, parsed.value);
  return assessment.ok ? good(reportOf(file.value, name, assessment.value, parsed.value)) : assessment;
}

async function bytesOf(path: string): Promise<Outcome<Uint8Array>> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES)
      return bad(
        `${Math.round(size / 1e6)} MB are more than the ${MAX_FILE_BYTES / 1e6} MB that are read. Cut the file, by day for instance.`,
      );
    return good(await readFile(path));
  } catch (error) {
    // Only what the file system says of this path; anything else is a fault of ours.
    if (!(error instanceof Error && 'code' in error)) throw error;
    return bad(error.code === 'ENOENT' ? 'there is no such file.' : `cannot be read (${String(error.code)}).`);
  }
}
