import type { InspectionPair } from '@plume/db';
import { cohenKappa, type Kappa, type ShareInterval, wilson } from '@plume/ingest/emissions';
import { INSPECTION_KINDS, type InspectionKind } from '@plume/ingest/rules';

/** What of an inspection is compared: its whole result, or only whether its NOx (or NO) was above its limit. */
export const AGREEMENT_BASES = ['result', 'NOx'] as const;
export type AgreementBasis = (typeof AGREEMENT_BASES)[number];

/** What of the OBD data: over by R-A3 or R-C3 (probable), or by R-A2 on a day alone. */
export const AGREEMENT_VERDICTS = ['probable', 'day'] as const;
export type AgreementVerdict = (typeof AGREEMENT_VERDICTS)[number];

/** How a record and the OBD data of its truck compare; null: one of the two judged nothing. */
export type PairOutcome = 'bothOver' | 'inspectionOnly' | 'obdOnly' | 'bothUnder';

/** A record with what became of it in the comparison. */
export interface Compared {
  readonly pair: InspectionPair;
  readonly outcome: PairOutcome | 'notJudged' | 'notEvaluated';
}

/** Whether a record found its truck over; null: it judged nothing. */
function inspectionOver(pair: InspectionPair, basis: AgreementBasis): boolean | null {
  if (pair.judgement === 'invalid') return null;
  if (basis === 'NOx') return pair.measured.includes('NOx') ? pair.over.includes('NOx') : null;
  return pair.judgement === 'failed' ? true : pair.judgement === 'passed' ? false : null;
}

/** Whether the OBD data found the truck over in the window; null: neither that, nor days enough for the verdict to be judged. */
function obdOver(pair: InspectionPair, needed: number): boolean | null {
  if (pair.over_days > 0) return true;
  return pair.judged_days >= needed ? false : null;
}

/** Holds a record against the OBD data; `needed`: judged days without which "not over" is not said. */
export function compare(pair: InspectionPair, basis: AgreementBasis, needed: number): Compared {
  const inspection = inspectionOver(pair, basis);
  const obd = obdOver(pair, needed);
  if (inspection === null) return { pair, outcome: 'notJudged' };
  if (obd === null) return { pair, outcome: 'notEvaluated' };
  const outcome = inspection ? (obd ? 'bothOver' : 'inspectionOnly') : obd ? 'obdOnly' : 'bothUnder';
  return { pair, outcome };
}

/** How far one kind of inspection and the OBD data agree. Shares have 95 % intervals by Wilson; null: nothing to divide by. */
export interface AgreementRow {
  readonly kind: InspectionKind | 'all';
  readonly records: number;
  /** Records that judged nothing by the basis: invalid, a single exceedance in remote sensing, no NOx measured. */
  readonly notJudged: number;
  /** Records whose truck had not days enough in the window that could be judged. */
  readonly notEvaluated: number;
  /** Compared: records, and different trucks among them. */
  readonly n: number;
  readonly trucks: number;
  readonly bothOver: number;
  readonly inspectionOnly: number;
  readonly obdOnly: number;
  readonly bothUnder: number;
  /** The same on both sides ÷ compared. */
  readonly agreement: ShareInterval | null;
  /** Of those that the inspection failed, the OBD data found over. */
  readonly found: ShareInterval | null;
  /** Of those that the inspection passed, the OBD data found not over. */
  readonly cleared: ShareInterval | null;
  /** Of those that the OBD data found over, the inspection failed. */
  readonly confirmed: ShareInterval | null;
  readonly kappa: Kappa | null;
}

function rowOf(kind: InspectionKind | 'all', compared: readonly Compared[]): AgreementRow {
  const count = (outcome: Compared['outcome']): number => compared.filter((each) => each.outcome === outcome).length;
  const [bothOver, inspectionOnly, obdOnly, bothUnder] = [
    count('bothOver'),
    count('inspectionOnly'),
    count('obdOnly'),
    count('bothUnder'),
  ];
  const n = bothOver + inspectionOnly + obdOnly + bothUnder;
  const used = compared.filter(({ outcome }) => outcome !== 'notJudged' && outcome !== 'notEvaluated');
  return {
    kind,
    records: compared.length,
    notJudged: count('notJudged'),
    notEvaluated: count('notEvaluated'),
    n,
    trucks: new Set(used.map(({ pair }) => pair.vehicle_id)).size,
    bothOver,
    inspectionOnly,
    obdOnly,
    bothUnder,
    agreement: wilson(bothOver + bothUnder, n),
    found: wilson(bothOver, bothOver + inspectionOnly),
    cleared: wilson(bothUnder, bothUnder + obdOnly),
    confirmed: wilson(bothOver, bothOver + obdOnly),
    kappa: cohenKappa({ bothYes: bothOver, firstOnly: inspectionOnly, secondOnly: obdOnly, bothNo: bothUnder }),
  };
}

/** The table: one row a kind, and all kinds together in the last. */
export function agreementTable(compared: readonly Compared[]): AgreementRow[] {
  return [
    ...INSPECTION_KINDS.map((kind) =>
      rowOf(
        kind,
        compared.filter(({ pair }) => pair.kind === kind),
      ),
    ),
    rowOf('all', compared),
  ];
}
