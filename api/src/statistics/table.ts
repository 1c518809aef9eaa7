import type { NoFigure } from '@plume/ingest/emissions';
import type { GroupingId } from './groupings.ts';
import type { Basis, Measure, MeasureId } from './measures.ts';
import type { Comparison, Period } from './period.ts';
import type { Text } from './text.ts';

/** Trucks that a question is limited to. */
export interface StatisticsFilter {
  readonly district?: string | undefined;
  readonly enterprise?: string | undefined;
  readonly stage?: string | undefined;
  readonly model?: string | undefined;
  readonly use?: string | undefined;
  readonly vehicles?: readonly number[] | undefined;
}

/** measures × groupings × filter × period. */
export interface StatisticsQuery {
  readonly measures: readonly MeasureId[];
  /** None, one or two; at most one of them divides the day. */
  readonly by: readonly GroupingId[];
  readonly filter: StatisticsFilter;
  readonly period: Period;
  readonly compare: Comparison;
}

/** Who asks, and when. */
export interface StatisticsContext {
  /** Districts that the asker is responsible for; null: the whole site. */
  readonly districts: readonly string[] | null;
  readonly nowMs: number;
}

/** Why there is no figure. */
export type StatisticsReason = NoFigure | 'notKept' | 'notEvaluated';

/** A figure with what it rests on; never without its reason when there is none. */
export interface StatisticsFigure {
  readonly value: number | null;
  readonly reason: StatisticsReason | null;
  /** Seconds with a valid NOx mass ÷ seconds with the engine on, of the rows it is made of, 0 … 1; null: not known. */
  readonly validShare: number | null;
  readonly basis: Basis;
  /** The same of the period compared with; null: none was asked, or there is none. */
  readonly before: number | null;
  /** Change against it as a share (0.1: a tenth more); null: not known. */
  readonly change: number | null;
}

/** A value of a grouping; null: not registered. */
export interface StatisticsKey {
  readonly value: string | number | null;
  readonly label: Text;
}

export interface StatisticsRow {
  readonly keys: readonly StatisticsKey[];
  readonly figures: readonly StatisticsFigure[];
}

/** Something to know about an answer. */
export interface Notice {
  readonly code: 'coarserStep' | 'cut' | 'noValidData' | 'waiting' | 'clipped' | 'notCompared' | 'notKept';
  readonly text: Text;
}

/** An answer: every figure with unit, valid share, count and definition. */
export interface StatisticsTable {
  readonly period: Period;
  readonly compared: Period | null;
  readonly by: readonly { readonly id: GroupingId; readonly name: Text; readonly definition: Text; readonly ordered: boolean }[];
  readonly measures: readonly Measure[];
  readonly rows: readonly StatisticsRow[];
  /** The whole of the period and filter, not the sum of the rows. */
  readonly total: readonly StatisticsFigure[];
  /** Truck-days with samples, and of these without any valid NOx mass; trucks with samples. */
  readonly truckDays: number;
  readonly notEvaluatedDays: number;
  readonly trucks: number;
  readonly notices: readonly Notice[];
  /** When the newest truck-day in it was evaluated (epoch ms), and truck-days that wait to be evaluated anew. */
  readonly evaluatedAtMs: number | null;
  readonly waiting: number;
}
