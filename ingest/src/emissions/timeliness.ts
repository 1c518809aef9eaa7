import { type Figure, figure, noFigure, quotient } from './figure.ts';

/** A sample that comes later than this [s] after its own time is late (architecture, "The evaluator": no live alarm). */
export const LATE_AFTER_S = 120;

/** How punctual the samples of a truck came. */
export interface Timeliness {
  /** Share of samples received more than 120 s after their time (补传). */
  readonly lateShare: Figure;
  /**
   * Terminal clock minus receiving clock [s] by the freshest sample: above zero the terminal is ahead. Up to the transport time it
   * may be too low. No figure when even the freshest came late, because a backlog and a slow clock look alike.
   */
  readonly clockErrorS: Figure;
}

/** Late share and clock error from sample times and receive times [epoch s] of the same samples. */
export function timelinessOf(sampleSec: ArrayLike<number>, receivedSec: ArrayLike<number>): Timeliness {
  const n = sampleSec.length;
  let late = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < n; i += 1) {
    const delay = (receivedSec[i] as number) - (sampleSec[i] as number);
    if (delay > LATE_AFTER_S) late += 1;
    if (delay < least) least = delay;
  }
  return {
    lateShare: quotient(late, n, 'noSamples'),
    clockErrorS: n === 0 ? noFigure('noSamples') : least > LATE_AFTER_S ? noFigure('outsideRange') : figure(-least),
  };
}
