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

/** What timeliness is reckoned from: number of samples, late ones among them, and the least delay of one [s], infinite without any. */
export interface Delays {
  readonly samples: number;
  readonly late: number;
  readonly leastS: number;
}

/** Late share and clock error from sample times and receive times [epoch s] of the same samples. */
export function timelinessOf(sampleSec: ArrayLike<number>, receivedSec: ArrayLike<number>): Timeliness {
  const samples = sampleSec.length;
  let late = 0;
  let leastS = Number.POSITIVE_INFINITY;
  for (let i = 0; i < samples; i += 1) {
    const delay = (receivedSec[i] as number) - (sampleSec[i] as number);
    if (delay > LATE_AFTER_S) late += 1;
    if (delay < leastS) leastS = delay;
  }
  return timelinessFrom({ samples, late, leastS });
}

/** The same from delays already counted. */
export function timelinessFrom({ samples, late, leastS }: Delays): Timeliness {
  return {
    lateShare: quotient(late, samples, 'noSamples'),
    clockErrorS: samples === 0 ? noFigure('noSamples') : leastS > LATE_AFTER_S ? noFigure('outsideRange') : figure(-leastS),
  };
}
