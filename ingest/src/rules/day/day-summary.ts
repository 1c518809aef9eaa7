import type {
  Channel,
  FlowMethod,
  JudgedCounts,
  MethodClass,
  OperatingMode,
  OperationBin,
  TorqueFinding,
  Totals,
  VoidReason,
} from '@plume/ingest/emissions';
import type { TruckFacts } from './day-input.ts';

/**
 * Stage 1 of the evaluator: one truck, one Beijing day, everything that the rules look at. Plain JSON: stored as it is, hashed as it is,
 * recomputed from the samples alone. A figure that there is not is null.
 */
export interface DaySummary {
  /** Version of the arithmetic. */
  readonly formula: string;
  readonly date: string;
  readonly facts: TruckFacts;
  /** Samples of the day (without the 15 minutes before it), first and last of them [epoch s]. */
  readonly samples: number;
  readonly firstSec: number | null;
  readonly lastSec: number | null;
  readonly periodS: number;
  readonly quality: DayQuality;
  readonly method: DayMethod;
  readonly totals: Totals;
  readonly work: WindowDay;
  readonly co2: WindowDay;
  readonly fuel: WindowDay;
  readonly bins: DayBins;
  /** Sums by power and speed (`operationBins`), and seconds and NOx by MOVES operating mode. */
  readonly operation: readonly OperationBin[];
  readonly modes: readonly ModeDay[];
  readonly ppm: PpmDay;
  readonly scr: ScrDay;
  readonly nh3: Nh3Day;
  readonly ureaTank: TankDay;
  readonly fuelTank: TankDay;
  readonly plausibility: PlausibilityDay;
  readonly smoke: SmokeDay;
  readonly dpf: DpfDay;
  readonly obd: ObdDay;
  readonly tamperSec: readonly number[];
  readonly trips: readonly TripDay[];
  readonly place: PlaceDay;
}

/** How complete and how punctual the day is. Rates are shares, 0 … 1. */
export interface DayQuality {
  readonly engineOnS: number;
  readonly received: number;
  readonly due: number;
  readonly transmissionRate: number | null;
  /** Per channel: judgements of the engine-on samples, valid rate, the same on hot engine, transmission × valid. */
  readonly channels: Readonly<Partial<Record<Channel, ChannelDay>>>;
  readonly gaps: number;
  readonly gapS: number;
  readonly longestGapS: number;
  readonly lateShare: number | null;
  /** Terminal clock minus receiving clock [s]. */
  readonly clockErrorS: number | null;
  readonly conflicts: number;
  /** Valid downstream NOx over seconds with the engine on and the coolant ≥ 70 °C: the precondition of a valid vehicle day. */
  readonly noxValidShare: number | null;
  /** Seconds that share rests on. */
  readonly hotS: number;
}

export interface ChannelDay {
  readonly counts: JudgedCounts;
  readonly validRate: number | null;
  readonly hotValidRate: number | null;
  readonly effectiveRate: number | null;
}

/** By which way the figures came. */
export interface DayMethod {
  readonly flow: FlowMethod | null;
  readonly flowClass: MethodClass | null;
  readonly workClass: MethodClass | null;
  readonly fuelClass: MethodClass | null;
  readonly torque: TorqueFinding;
  readonly lagDownS: number | null;
  readonly lagUpS: number | null;
  /** Conditions that could not be checked because their channel was never sent. */
  readonly notChecked: readonly string[];
}

/** Histogram as pairs [bin, count, bin, count, …], bins ascending. */
export type Histogram = readonly number[];

/**
 * Windows of one kind over a day. The distribution is kept in steps of 0.01 g/kWh, rounded down (in the owner's favour), so that any limit
 * can be asked of it later: a window counts as within a limit L when its rounded value ÷ guard ≤ L.
 */
export interface WindowDay {
  readonly count: number;
  readonly valid: number;
  readonly validShare: number;
  readonly thresholdPct: number;
  readonly void: VoidReason | null;
  readonly class: MethodClass | null;
  /** Reference work, CO2 or fuel of a window, and whether it is the method's default. */
  readonly reference: { readonly value: number; readonly assumed: boolean } | null;
  /** How often the reference goes into the retained samples; null without a reference. */
  readonly references: number | null;
  readonly p90: number | null;
  readonly mean: number | null;
  readonly max: number | null;
  /** Valid windows by floor(100 · g/kWh). */
  readonly histogram: Histogram;
  /** First and last second of the valid window with the highest value. */
  readonly worst: { readonly fromSec: number; readonly toSec: number } | null;
  /** Samples dropped before windowing, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** The two off-cycle bins (40 CFR 1036.530). */
export interface DayBins {
  readonly windows: number;
  readonly bin1Windows: number;
  readonly bin1GPerHour: number | null;
  readonly bin1Enough: boolean;
  readonly bin2Windows: number;
  readonly bin2GPerKwh: number | null;
  readonly bin2Enough: boolean;
}

export interface ModeDay {
  readonly mode: OperatingMode;
  readonly seconds: number;
  readonly noxG: number;
}

/**
 * Downstream NOx as 20 s means over qualified time (emissions §4): coolant ≥ 70 °C, SCR inlet ≥ 220 °C for the last 60 s, power ≥ 10 % of
 * rated (or fuel ≥ 20 % of its 95th percentile), NOx valid. Null histograms: not evaluated (samples more than 10 s apart, or a channel missing).
 */
export interface PpmDay {
  readonly reason: string | null;
  readonly qualifiedS: number;
  /** Seconds by floor(mean / 5 ppm). */
  readonly all: Histogram;
  /** The same above 50 % of rated power; null: power not known. */
  readonly highLoad: Histogram | null;
  readonly highLoadS: number;
}

/** What the catalyst did at an inlet of 250 … 450 °C. */
export interface ScrDay {
  readonly seconds: number;
  /** NOx before and after over those seconds, as NO2 [g]. */
  readonly upG: number;
  readonly downG: number;
  /** Flow-weighted efficiency; null without an upstream sensor. */
  readonly efficiency: number | null;
  /** Efficiency by inlet temperature in steps of 25 °C from 150 to 500 °C: [°C, seconds, up g, down g] rows. */
  readonly byTemp: readonly (readonly [number, number, number, number])[];
  /** Over all seconds with both sensors: NOx removed [g], solution needed for it [L], injected as the dosing says [L]. */
  readonly removedG: number;
  readonly demandL: number | null;
  readonly injectedL: number | null;
  /** Distance [km] and fuel [L] of the day while hot, for the ratio of urea to fuel. */
  readonly fuelL: number;
}

/** Whether the downstream reading may be ammonia (emissions §4 "NH3"). */
export interface Nh3Day {
  /** Injected ÷ demanded urea; null where dosing is not sent. */
  readonly dosingRatio: number | null;
  /** Correlation of downstream NOx with dosing over stretches whose upstream NOx is level; null: not known. */
  readonly riseWithDosing: number | null;
  readonly seconds: number;
}

/** A change of a tank. */
export interface TankEvent {
  readonly kind: 'refill' | 'theft' | 'drain';
  readonly fromSec: number;
  readonly toSec: number;
  readonly beforePct: number;
  readonly afterPct: number;
  /** Litres in or out (above zero), consumption taken off; null when the tank's size is not known. */
  readonly litres: number | null;
  /** Whether the truck stood still. */
  readonly standing: boolean;
  readonly lonDeg: number | null;
  readonly latDeg: number | null;
}

/** A settled level at the beginning or end of what a day says of a tank. */
export interface TankMark {
  readonly timeSec: number;
  readonly levelPct: number;
  readonly odometerKm: number | null;
  readonly fuelTotalL: number | null;
  readonly lonDeg: number | null;
  readonly latDeg: number | null;
}

/** A tank over a day. Changes between two days (parked overnight) are found from the marks of both. */
export interface TankDay {
  readonly reason: string | null;
  readonly first: TankMark | null;
  readonly last: TankMark | null;
  readonly events: readonly TankEvent[];
  /** Level used between first and last, refills and thefts taken out [%]; below zero when it rose. */
  readonly usedPct: number | null;
  readonly minPct: number | null;
  readonly maxPct: number | null;
  /** Fuel burnt [L] and distance [km] between first and last, over which that level was used. */
  readonly fuelL: number | null;
  readonly distanceKm: number | null;
}

/** Measures of the plausibility tests on NOx (emissions §5.4), each null when it cannot be taken; the seconds or events it rests on beside it. */
export interface PlausibilityDay {
  /** Why seconds-based tests were not taken: samples more than 10 s apart. */
  readonly reason: string | null;
  /** T1: share of engine-on time with a stuck reading, by channel (fuel, air, NOx, SCR temperatures). */
  readonly stuckShare: Readonly<Partial<Record<Channel, number>>>;
  readonly stuckS: number;
  /** T2: least standard deviation of 20 s means over 30 minutes whose fuel varies by more than 30 % [ppm], and when. */
  readonly flatSdPpm: number | null;
  readonly flatFromSec: number | null;
  /** T3: least coefficient of variation of down ÷ up over 30 hot minutes with r² above 0.995, and when; null: no such stretch. */
  readonly copyCv: number | null;
  readonly copyR2: number | null;
  readonly copyFromSec: number | null;
  /** Hot stretches of 30 minutes that were tested for T3. */
  readonly copyTested: number;
  /** T4: overrun events (no fuel for more than 10 s), and those in which the reading did not fall below 20 ppm. */
  readonly overruns: number;
  readonly overrunsHigh: number;
  /** T5: starts of a cold engine, and those with a plausible reading within 60 s or below 100 °C at the SCR inlet. */
  readonly starts: number;
  readonly startsTooEarly: number;
  /** T6: mean downstream NOx of the hot engine [ppm]; its seconds. */
  readonly hotMeanPpm: number | null;
  readonly hotMeanS: number;
  /** T7: seconds above 250 °C with both sensors, and those whose ratio down ÷ up lies in 0.9 … 1.1. */
  readonly ratioS: number;
  readonly ratioOneS: number;
  /** T8: joint counts of downstream NOx and engine state; share of invalid or negative readings. */
  readonly joint: readonly number[] | null;
  readonly noxOddShare: number | null;
  /** T9: hot engine-on seconds, and those without a valid downstream reading. */
  readonly hotS: number;
  readonly hotInvalidS: number;
}

/** PM as an indicator (±50 %): never against a limit. */
export interface SmokeDay {
  readonly source: string | null;
  readonly seconds: number;
  readonly meanMgM3: number | null;
  readonly medianMgM3: number | null;
  readonly highShare: number | null;
  readonly visibleEvents: number;
  readonly massG: number | null;
}

/** Flow resistance of the particulate filter. */
export interface DpfDay {
  /** Samples above 0.15 m³/s, and the median resistance over them [kPa/(m³/s)]. */
  readonly samples: number;
  readonly median: number | null;
  /** Samples above 0.25 m³/s, and the share of them with a pressure drop below 0.5 kPa. */
  readonly highFlowSamples: number;
  readonly lowDropShare: number | null;
  /** Pressure drop with the engine standing [kPa]: the sensor's offset. */
  readonly offsetKpa: number | null;
  /** Median resistance of the first and last 30 minutes, for a fall within the day. */
  readonly firstMedian: number | null;
  readonly lastMedian: number | null;
}

export interface ObdDay {
  readonly readings: number;
  readonly milOn: number;
  /** Trouble codes without occurrence count, sorted, with the readings that carried them. */
  readonly dtcs: readonly { readonly code: string; readonly readings: number }[];
  /** First time the lamp was on. */
  readonly milSec: number | null;
}

/** A trip: from the start of the engine until it was off, or silent, for more than 600 s. */
export interface TripDay {
  readonly fromSec: number;
  readonly toSec: number;
  readonly totals: Totals;
  readonly valid: number;
  readonly validShare: number;
  readonly void: VoidReason | null;
  readonly p90: number | null;
  readonly kind: 'work' | 'fuel';
}

/** Where the truck was. */
export interface PlaceDay {
  /** Engine-on samples that have a valid position. */
  readonly positionShare: number | null;
  /** Longest time [s] the engine ran and the truck moved without a position. */
  readonly longestLostS: number;
  readonly lostFromSec: number | null;
  readonly box: { readonly west: number; readonly south: number; readonly east: number; readonly north: number } | null;
}
