import { type Derived, derive, judge, type Stretch, traceOf } from '@plume/ingest/emissions';
import type { SignalId } from '@plume/ingest/protocol';
import { type Parameters, parametersWith } from '../catalogue/parameters.ts';
import { DAY_SIGNALS } from './day-signals.ts';
import type { TankDay } from './day-summary.ts';
import { tankDay } from './tank-day.ts';
import type { TankFacts, TankKind } from './tank-limits.ts';
import { DAY_FROM, FACTS, lehmer, type Row, samplesOf } from './test-kit.ts';

/** What a truck does for a while, and what happens to its tank meanwhile. */
export interface Phase {
  readonly minutes: number;
  /** `silent`: as `off`, and the terminal says nothing; `unheard`: it drives, and says nothing. */
  readonly does: 'drive' | 'idle' | 'off' | 'silent' | 'unheard';
  /** Change of the true level over the phase beyond what is burnt [% of the tank], even over its length. */
  readonly change?: number;
  /** What a slope adds to the reading [%]. */
  readonly slope?: number;
  /** A gauge that reads this whatever is in the tank. */
  readonly reads?: number;
  readonly ambientC?: number;
}

/** How a level is read. */
export interface Gauge {
  readonly kind?: TankKind;
  readonly startPct?: number;
  readonly tankL?: number;
  readonly stepPct?: number;
  /** Greatest swing on the way, and noise at a stand [%]. */
  readonly sloshPct?: number;
  readonly noisePct?: number;
  readonly periodS?: number;
  readonly seed?: number;
  /** Second of the day at which the first phase begins. */
  readonly startS?: number;
  readonly without?: readonly SignalId[];
}

const DRIVE_LPH = 30;
const IDLE_LPH = 2;
/** A parked terminal reports once a minute. */
const PARKED_S = 60;

/** Records of a truck that lives through some phases. 30 L/h on the way at 60 km/h, 2 L/h idling; urea 4 % of the fuel. */
export function* lived(phases: readonly Phase[], gauge: Gauge = {}): Generator<Row> {
  const { kind = 'fuel', stepPct = 0.4, sloshPct = 1, noisePct = 0.1, periodS = 1, seed = 1, startS = 0 } = gauge;
  const tankL = gauge.tankL ?? (kind === 'fuel' ? 400 : 45);
  const random = lehmer(seed);
  const share = kind === 'fuel' ? 1 : 0.04;
  let level = gauge.startPct ?? 70;
  let t = DAY_FROM + startS;
  let odometer = 120_000;
  let fuelTotal = 50_000;
  for (const { minutes, does, change = 0, slope = 0, reads, ambientC = 15 } of phases) {
    const seconds = minutes * 60;
    const drives = does === 'drive' || does === 'unheard';
    const on = drives || does === 'idle';
    const lph = drives ? DRIVE_LPH : does === 'idle' ? IDLE_LPH : 0;
    const every = on ? periodS : PARKED_S;
    const end = t + seconds;
    for (; t < end; t += 1) {
      level += change / seconds - (100 * share * lph) / 3600 / tankL;
      odometer += drives ? 60 / 3600 : 0;
      fuelTotal += lph / 3600;
      if (does === 'silent' || does === 'unheard' || t % every !== 0) continue;
      const swing = drives ? sloshPct * Math.sin(t / 7) * random() : noisePct * (2 * random() - 1);
      const shown = Math.min(100, Math.max(0, Math.round((reads ?? level + slope + swing) / stepPct) * stepPct));
      const row: Row = {
        t,
        speedKmh: drives ? 60 + random() : 0,
        engineRpm: drives ? 1200 + 200 * random() : on ? 640 + 20 * random() : 0,
        fuelRateLph: lph * (on ? 0.98 + 0.04 * random() : 1),
        coolantTempC: 82,
        odometerKm: odometer,
        fuelTotalL: fuelTotal,
        lonDeg: 87.3 + (odometer - 120_000) / 80,
        latDeg: 44.1,
        ambientTempC: ambientC,
        ...(kind === 'fuel' ? { fuelLevelPct: shown } : { ureaLevelPct: shown, ureaInjectionMlh: lph * 40 }),
      };
      for (const id of gauge.without ?? []) delete (row as Partial<Record<SignalId, number>>)[id];
      yield row;
    }
  }
}

export const NUMBERS: Parameters = parametersWith();

/** Records as stage 1 sees them. */
export function derivedOf(rows: Iterable<Row>, facts = FACTS): { derived: Derived; range: Stretch } {
  const derived = derive(judge(traceOf(samplesOf(rows), DAY_SIGNALS), {}), facts);
  return { derived, range: { from: 0, to: derived.trace.count } };
}

/** What a day says of a tank that lives through some phases. */
export function tankOf(phases: readonly Phase[], gauge: Gauge = {}, facts: TankFacts = FACTS): TankDay {
  const { derived, range } = derivedOf(lived(phases, gauge));
  return tankDay(derived, range, gauge.kind ?? 'fuel', facts, NUMBERS.tanks);
}
