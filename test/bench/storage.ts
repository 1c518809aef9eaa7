import { startChild } from './child.ts';
import { millis, perSecond, whole } from './figures.ts';
import { type Bench, type Finding, verdictOf } from './finding.ts';
import type { HistoryRequest, HistoryResult } from './history-child.ts';

const MOST_BYTES_PER_ROW = 20;
/** Three years of 36 trucks, a sample a second for eight hours a day. */
const ROWS_OF_THREE_YEARS = 1.13e9;
const MOST_GB = 23;
const DAY_S = 86_400;
const AGED_DAYS = 20;

/** P8: what a stored sample takes. */
export async function measureStorage(bench: Bench): Promise<Finding> {
  const fromSec = (Math.floor(Date.now() / 1000 / DAY_S) - AGED_DAYS) * DAY_S;
  const request: HistoryRequest = {
    directory: bench.directory('p8'),
    kind: 'fleet',
    fromSec,
    toSec: fromSec + (bench.quick ? 1 : 6) * 3600,
  };
  const child = startChild('history-child.ts');
  try {
    const got = (await child.ask(request)) as HistoryResult;
    const perRow = got.samples.after / got.rows;
    const framesPerRow = got.frames.after / got.rows;
    const gigabytes = (perRow * ROWS_OF_THREE_YEARS) / 1e9;
    return {
      verdict: verdictOf(perRow <= MOST_BYTES_PER_ROW, gigabytes <= MOST_GB),
      figures: [
        {
          what: `samples, ${whole(got.rows)} rows compressed, all columns, quality and index`,
          value: `${perRow.toFixed(1)} bytes a row (${(got.samples.before / got.rows).toFixed(0)} before)`,
        },
        { what: 'three years of 36 trucks (1.13 × 10⁹ rows)', value: `${gigabytes.toFixed(1)} GB` },
        {
          what: 'original messages beside them, compressed',
          value: `${framesPerRow.toFixed(1)} bytes a row (${(got.frames.before / got.rows).toFixed(0)} before, ${(got.wireBytes / got.rows).toFixed(0)} on the wire); kept 400 days: ${((framesPerRow * ROWS_OF_THREE_YEARS * 400) / 1095 / 1e9).toFixed(0)} GB`,
        },
        {
          what: 'written through the pipeline meanwhile',
          value: `${perSecond(got.rows / got.writeSeconds)} with the simulation in the same process; longest compression of a chunk ${millis(got.longestCompressMs)}`,
        },
      ],
      note: 'Embedded engine, Community features. Simulated drives with noise of 36 trucks in four formats, six hours of the fleet.',
    };
  } finally {
    await child.stop();
  }
}
