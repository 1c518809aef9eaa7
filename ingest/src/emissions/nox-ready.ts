import { ENGINE } from './engine-state.ts';
import { JUDGED } from './judged.ts';
import { GAP_LIMIT_S, holdLimitS } from './period.ts';
import type { QualityParameters } from './quality-parameters.ts';
import type { Channel, Trace } from './trace.ts';

/** Where the exhaust temperature at a NOx sensor is read: the nearer first. */
const EXHAUST_AT = {
  noxUpPpm: ['scrInTempC', 'scrOutTempC'],
  noxDownPpm: ['scrOutTempC', 'scrInTempC'],
} as const satisfies Record<string, readonly Channel[]>;

/** A NOx sensor's channel. */
export type NoxChannel = keyof typeof EXHAUST_AT;

/** The NOx sensors. */
export const NOX_CHANNELS: readonly NoxChannel[] = ['noxUpPpm', 'noxDownPpm'];

/**
 * Marks NOx readings that are none yet (emissions §2.1): below −20 ppm implausible; until the exhaust at the sensor has reached the
 * dew-point temperature, and for 60 s after the readings began (again), not ready. Both are asked anew when the engine starts, when the
 * sensor had said that it is not fit or was silent for more than three periods while other values came, and after a gap of more than
 * 600 s. The dew point releases a sensor: one that is hot goes on measuring in exhaust that cools, at idle or down a mountain, and what
 * it reads there counts as it does for a measuring device on board. An exhaust temperature that is not known is not checked.
 */
export function markNoxReadiness(
  trace: Trace,
  channel: NoxChannel,
  engine: Uint8Array,
  periodS: number,
  parameters: QualityParameters,
  codes: Uint8Array,
): void {
  const { off } = ENGINE;
  const { valid, missing, notReady, implausible } = JUDGED;
  const column = trace.columns[channel];
  if (column === undefined) return;
  const { values } = column;
  const exhaustC = EXHAUST_AT[channel].map((id) => trace.columns[id]).find((found) => found !== undefined)?.valid;
  const { timeSec, count } = trace;
  const { noxFloorPpm, settleS, dewPointC } = parameters;
  let readySince = Number.NaN;
  let before = Number.NEGATIVE_INFINITY;
  let silentSince = Number.NaN;
  const silence = holdLimitS(periodS);
  for (let i = 0; i < count; i += 1) {
    const time = timeSec[i] as number;
    if (time - before > GAP_LIMIT_S || engine[i] === off) readySince = Number.NaN;
    before = time;
    if (codes[i] !== valid) {
      if (codes[i] !== missing) readySince = Number.NaN;
      else if (Number.isNaN(silentSince)) silentSince = time;
      continue;
    }
    if (time - silentSince > silence) readySince = Number.NaN;
    silentSince = Number.NaN;
    if ((values[i] as number) < noxFloorPpm) {
      codes[i] = implausible;
      readySince = Number.NaN;
    } else if (!(time - readySince >= settleS) && exhaustC !== undefined && (exhaustC[i] as number) < dewPointC) {
      codes[i] = notReady;
      readySince = Number.NaN;
    } else {
      if (Number.isNaN(readySince)) readySince = time;
      if (time - readySince < settleS) codes[i] = notReady;
    }
  }
}
