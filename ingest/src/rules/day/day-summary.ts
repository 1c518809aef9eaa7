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
  /** Samples of the day (without the 15 minutes before it), first and last of them [epoch s], and the sampling period of the running engine [s]. */
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
  /** Trips that begin on this day; one that goes on over midnight is cut there, and its rest is the next day's `tripRest`. */
  readonly trips: readonly TripDay[];
  readonly tripRest: TripDay | null;
  readonly place: PlaceDay;
  /** Air and fuel by load, for the map of trucks that send no air flow; null when this one sends none, or its rated power is not known. */
  readonly airFuel: readonly AirFuelDay[] | null;
}

/** Sums of one class of load over the running seconds that tell air and fuel. */
export interface AirFuelDay {
  /** Fuel flow over that at rated power (rated power × reference consumption): the middle of a class of 0.05; the last class has no end. */
  readonly load: number;
  readonly seconds: number;
  readonly airKg: number;
  readonly fuelKg: number;
}

/** How complete and how punctual the day is. Rates are shares, 0 … 1. */
export interface DayQuality {
  /** Time the engine ran [s], with the gaps that count: what `due` rests on. */
  readonly engineOnS: number;
  /** Engine-on samples that came, and that were due. */
  readonly received: number;
  readonly due: number;
  /** Received ÷ due (数据传输率); null on a day without a running engine. */
  readonly transmissionRate: number | null;
  /** Per channel: judgements of the engine-on samples, valid rate, the same on hot engine, transmission × valid. */
  readonly channels: Readonly<Partial<Record<Channel, ChannelDay>>>;
  /** Silences of more than three periods over which the engine ran and the truck moved: their number, and their time in all and at most [s]. */
  readonly gaps: number;
  readonly gapS: number;
  readonly longestGapS: number;
  /** Samples received more than 120 s after their time, of those whose messages are kept, each by its first receipt; null without any. */
  readonly lateShare: number | null;
  /** Terminal clock minus receiving clock [s] by the freshest sample; null when even that came late, or no message is kept. */
  readonly clockErrorS: number | null;
  /** Records that contradicted a stored one. */
  readonly conflicts: number;
  /** Valid downstream NOx over seconds with the engine on and the coolant ≥ 70 °C (without a coolant channel: all with the engine on): the precondition of a valid vehicle day. */
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
  /** Way to the exhaust flow; null: there is none, and no mass. */
  readonly flow: FlowMethod | null;
  readonly flowClass: MethodClass | null;
  readonly workClass: MethodClass | null;
  readonly fuelClass: MethodClass | null;
  readonly torque: TorqueFinding;
  /** Delay of each NOx sensor that its readings were put back by [s]; null: not to be told, nothing put back. */
  readonly lagDownS: number | null;
  readonly lagUpS: number | null;
  /** Vehicle of MOVES that the operating modes were taken with; null: they were not (samples more than 1 s apart, or no speed). */
  readonly modesOf: string | null;
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
  /** Windows in all; those that count, and their share of all. */
  readonly count: number;
  readonly valid: number;
  readonly validShare: number;
  /** Mean power [% of rated] from which a window counts. */
  readonly thresholdPct: number;
  readonly void: VoidReason | null;
  readonly class: MethodClass | null;
  /** Reference work, CO2 or fuel of a window, and whether it is the method's default. */
  readonly reference: { readonly value: number; readonly assumed: boolean } | null;
  /** How often the reference goes into the retained samples; null without a reference. */
  readonly references: number | null;
  /** 90th percentile, mean and maximum of the valid windows [g/kWh]; for display, verdicts count windows. */
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

/** Running seconds with a valid NOx mass in one operating mode, and their NOx [g]. */
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
  /** Seconds in whole means: what `all` adds up to. What is left of a stretch and makes no 20 s is not in it. */
  readonly qualifiedS: number;
  /** Seconds by floor(mean / 5 ppm). */
  readonly all: Histogram;
  /** The same of the means whose mean power is above 50 % of rated, and their seconds; null: power not known. */
  readonly highLoad: Histogram | null;
  readonly highLoadS: number;
}

/** What the catalyst did at an inlet of 250 … 450 °C. */
export interface ScrDay {
  /** Running seconds in that range with both sensors valid. */
  readonly seconds: number;
  /** NOx before and after over those seconds, as NO2 [g]. */
  readonly upG: number;
  readonly downG: number;
  /** Flow-weighted efficiency; null without an upstream sensor. */
  readonly efficiency: number | null;
  /** Efficiency by inlet temperature in steps of 25 °C from 150 to 500 °C: [°C, seconds, up g, down g] rows. */
  readonly byTemp: readonly (readonly [number, number, number, number])[];
  /** NOx removed over all seconds with both sensors, as NO2 [g]. */
  readonly removedG: number;
  /**
   * Solution needed for what was removed, and injected as the dosing says, over the same seconds: those with both sensors and, where
   * it is sent, the dosing [L]. Null without such seconds, and `injectedL` without dosing.
   */
  readonly demandL: number | null;
  readonly injectedL: number | null;
  /** Solution injected over all seconds of the day that tell it [L]; null where dosing is not sent. */
  readonly dosedL: number | null;
  /** Distance [km] and fuel [L] of the running engine while hot (without a coolant channel: always), for the ratio of urea to fuel. */
  readonly distanceKm: number;
  readonly fuelL: number;
  /** Share of the running engine's fuel that was burnt with the inlet at 200 °C or more, where urea is due; null: temperature not sent. */
  readonly dosableShare: number | null;
}

/** Whether the downstream reading may be ammonia (emissions §4 "NH3"). */
export interface Nh3Day {
  /** Injected ÷ demanded urea; null where dosing is not sent. */
  readonly dosingRatio: number | null;
  /** Correlation of downstream NOx with dosing at the same upstream NOx (down ÷ up with urea per upstream NOx, 20 s means); null: not known. */
  readonly riseWithDosing: number | null;
  readonly seconds: number;
}

/** A change of a tank: `theft` of fuel; `drain` of urea, and of fuel that left too slowly for a theft (a leak, ≤ 1 L/min). */
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
  /**
   * Level the moving truck showed after (first mark) or before (last mark), consumption and changes between put right; null: it did not
   * move. Where it differs by more than 2 % the truck stood on a slope, and `levelPct` is this level.
   */
  readonly drivenPct: number | null;
  /** Step of the gauge as the day's readings show it [%]; null: too few different readings to tell. */
  readonly stepPct: number | null;
}

/** A tank over a day. Changes between two days (parked overnight, or under way at midnight) are found from the marks of both. */
export interface TankDay {
  /** Why there is no mark: `noReadings`, `frozen`, `notSettled`; null when there is one. */
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
  /** Seconds whose readings were left out because the solution may have been frozen; 0 for fuel. */
  readonly frozenS: number;
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
  /** Channel it comes from; null: none is sent. */
  readonly source: string | null;
  /** Running seconds with a reading. */
  readonly seconds: number;
  readonly meanMgM3: number | null;
  readonly medianMgM3: number | null;
  /** Share of the time above five times the day's own median. */
  readonly highShare: number | null;
  /** Stretches of visible smoke (above 1.2 1/m, or what stands for it, for more than 5 s). */
  readonly visibleEvents: number;
  /** Mass [g] over the seconds with an exhaust flow; null without either. */
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
  /** OBD blocks of the day, and those with the lamp on. */
  readonly readings: number;
  readonly milOn: number;
  /** Trouble codes without occurrence count, sorted, with the readings that carried them. */
  readonly dtcs: readonly { readonly code: string; readonly readings: number }[];
  /** First time the lamp was on. */
  readonly milSec: number | null;
}

/** A trip: from the start of the engine until it was off, or silent, for more than 600 s. */
export interface TripDay {
  /** First and last sample of the running engine [epoch s]. */
  readonly fromSec: number;
  readonly toSec: number;
  /** The day ended before the engine had been off, or silent, for 600 s: the trip may go on. */
  readonly open: boolean;
  readonly totals: Totals;
  /** Windows wholly within the trip, with a threshold of their own: those that count, why the result is void, and their 90th percentile [g/kWh]. */
  readonly valid: number;
  readonly validShare: number;
  readonly void: VoidReason | null;
  readonly p90: number | null;
  /** By work, or by fuel where the truck's power is not known. */
  readonly kind: 'work' | 'fuel';
}

/** Where the truck was. */
export interface PlaceDay {
  /** Engine-on samples that have a valid position. */
  readonly positionShare: number | null;
  /** Longest time [s] from one position to the next that the engine ran and the truck moved; its first and last moving sample. */
  readonly longestLostS: number;
  readonly lostFromSec: number | null;
  readonly lostToSec: number | null;
  /** Bounds of all valid positions [°]. */
  readonly box: { readonly west: number; readonly south: number; readonly east: number; readonly north: number } | null;
}
