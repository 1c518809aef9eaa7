import { command, json, print } from '@plume/api/cli';
import { ANALYZE_ARGS, analyzeFile, renderAnalysis } from '@plume/ingest/analyze';
import { fail } from '../fail.ts';

/** `plume analyze`. */
export const analyze = command({
  meta: { name: 'analyze', description: 'Emission figures of a CSV or Parquet file of about 1 Hz data' },
  args: { ...ANALYZE_ARGS, json },
  run: async ({ args }) => {
    const result = await analyzeFile(args);
    if (!result.ok) fail(result.error);
    print(result.value, args.json, renderAnalysis(result.value));
  },
});
