import { decodeMessage, encodeRealtime, type LayoutId, SampleColumns } from './index.ts';

/** Records a second, median of the runs, of decoding frames of ten samples of forty trucks into columns. */
export interface DecodeFigure {
  readonly layout: LayoutId;
  readonly recordsPerSecond: number;
  readonly runs: readonly number[];
}

const TRUCKS = 40;
const SAMPLES = 10;
const START_SEC = 1_684_391_400;
const BATCH_ROWS = 10_000;

function frames(layout: LayoutId): Uint8Array[] {
  return Array.from({ length: TRUCKS }, (_, truck) =>
    encodeRealtime({
      vin: `LZZ5CLVB0JA1${String(23_456 + truck)}`,
      layout,
      sendTimeSec: START_SEC,
      seq: 1,
      records: Array.from({ length: layout === 'B' ? 1 : SAMPLES }, (_record, i) => ({
        timeSec: START_SEC + i,
        bodies: [
          {
            type: 0x02 as const,
            values: {
              speedKmh: 40 + truck,
              baroKpa: 95.5,
              netTorquePct: 46,
              frictionTorquePct: 9,
              engineRpm: 1425.5 + i,
              fuelRateLph: 18.35,
              noxUpPpm: 642.5,
              noxDownPpm: 48.2 + i,
              ureaLevelPct: 63.2,
              airFlowKgh: 512.4,
              scrInTempC: 287.5,
              scrOutTempC: 263.75,
              dpfDeltaKpa: 4.2,
              coolantTempC: 84,
              fuelLevelPct: 71.6,
              lonDeg: 87.308224,
              latDeg: 44.014577,
              odometerKm: 128_456.7,
            },
          },
        ],
      })),
    }),
  );
}

/** Decodes for about `seconds` and returns records a second of CPU time. */
function run(messages: readonly Uint8Array[], layout: LayoutId, seconds: number): number {
  const columns = new SampleColumns(BATCH_ROWS * 2);
  const profile = { recordPeriodS: 1, stickyLayout: layout };
  const started = process.cpuUsage();
  let records = 0;
  for (let spent = 0; spent < seconds * 1e6; ) {
    for (let round = 0; round < 50; round += 1) {
      for (const message of messages) records += decodeMessage(message, columns, profile).parts[0]?.rowCount ?? 0;
      if (columns.count >= BATCH_ROWS) columns.clear();
    }
    const used = process.cpuUsage(started);
    spent = used.user + used.system;
    if (spent >= seconds * 1e6) return (records / spent) * 1e6;
  }
  return 0;
}

/** Measures the decoding of each layout; `runs` medians of `seconds` of CPU time. */
export function measureDecode(runs = 3, seconds = 1): DecodeFigure[] {
  return (['A', 'H', 'B'] as const).map((layout) => {
    const messages = frames(layout);
    run(messages, layout, 0.3);
    const figures = Array.from({ length: runs }, () => Math.round(run(messages, layout, seconds))).sort((a, b) => a - b);
    return { layout, recordsPerSecond: figures[runs >> 1] ?? 0, runs: figures };
  });
}
