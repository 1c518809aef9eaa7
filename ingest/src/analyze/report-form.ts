import type { MethodClass } from '@plume/ingest/emissions';
import type { DaySummary } from '@plume/ingest/rules';
import type { Assessment } from './assess.ts';

/** A figure with all that belongs to it (no figure without unit and definition). */
export interface ReportedFigure {
  readonly name: string;
  readonly value: number | null;
  readonly unit: string;
  readonly reason: string | null;
  readonly definition: string;
}

/** One window method. */
export interface ReportedWindows {
  readonly method: string;
  readonly class: MethodClass | null;
  readonly windows: number;
  readonly valid: number;
  readonly validShare: number;
  readonly thresholdPct: number;
  readonly p90GPerKwh: number | null;
  readonly meanGPerKwh: number | null;
  readonly maxGPerKwh: number | null;
  readonly reference: number | null;
  readonly referenceUnit: string;
  readonly references: number | null;
  readonly void: string | null;
  readonly withinLimit: number | null;
  readonly withinLimitShare: number | null;
  readonly passes: boolean | null;
}

/** NOx of one bin of operation. */
export interface ReportedBin {
  readonly bin: string;
  readonly seconds: number;
  readonly noxG: number;
  readonly gPerHour: number;
  readonly gPerKwh: number | null;
}

/** What the command prints with `--json`; the text is the same told in lines. */
export interface AnalysisReport {
  readonly file: {
    readonly name: string;
    readonly format: string;
    readonly rows: number;
    readonly columns: Readonly<Record<string, string>>;
    readonly unused: readonly string[];
    readonly notes: readonly string[];
  };
  readonly time: {
    readonly from: string;
    readonly to: string;
    readonly seconds: number;
    readonly periodS: number;
    readonly form: string;
  };
  readonly duplicates: Assessment['duplicates'];
  readonly completeness: {
    readonly received: number;
    readonly due: number;
    readonly engineOnS: number;
    readonly figures: readonly ReportedFigure[];
    readonly gaps: number;
    readonly longestGapS: number;
    readonly channels: Readonly<Record<string, Readonly<Record<string, number | null>>>>;
  };
  readonly excluded: Readonly<Record<string, number>>;
  readonly method: {
    readonly class: MethodClass | null;
    readonly massBasis: 'NO2';
    readonly exhaustFlow: string | null;
    readonly flowCoverage: number;
    readonly torque: string | null;
    readonly torqueConfirmed: boolean;
    readonly torqueReason: string;
    readonly noxLagS: number | null;
    readonly noxUpLagS: number | null;
    readonly uNox: number;
  };
  readonly figures: readonly ReportedFigure[];
  /** Catalyst, urea and ammonia; PM indicator; tanks. */
  readonly aftertreatment: readonly ReportedFigure[];
  readonly smoke: readonly ReportedFigure[];
  readonly tanks: readonly ReportedFigure[];
  readonly windows: readonly ReportedWindows[];
  readonly limitGPerKwh: number | null;
  readonly bins: readonly ReportedFigure[];
  readonly binWindows: { readonly bin1: number; readonly bin2: number };
  /** By power and speed, and by MOVES operating mode; empty where they cannot be told. */
  readonly operation: readonly ReportedBin[];
  readonly modes: readonly ReportedBin[];
  readonly trips: readonly Readonly<Record<string, string | number | null>>[];
  readonly unchecked: readonly string[];
  readonly warnings: readonly string[];
  readonly leftOut: readonly string[];
  /** The file as one stretch in the form in which the service keeps a day, with all that the lines above do not tell. */
  readonly summary: DaySummary;
  /** The same of each Beijing day, where there are several. */
  readonly days: readonly DaySummary[];
}
