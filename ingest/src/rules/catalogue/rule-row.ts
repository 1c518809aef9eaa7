import type { Mark } from '@plume/ingest/emissions';
import type { Cause, Level, RuleId } from '../finding.ts';
import type { ParameterKey } from './parameters.ts';
import type { Caveat, Reason, Text } from './reasons.ts';

/** What a rule rests on: printed law, a limit inferred from it, published work, or our engineering judgement. */
export type Basis = 'law' | 'inferred' | 'lit' | 'eng';

/** A rule as data: all that a page, a report or an objection may ask of it. */
export interface RuleRow {
  readonly id: RuleId;
  readonly name: Text;
  /** What it says, in one sentence. */
  readonly says: Text;
  readonly cause: Cause;
  /** Levels at which it can speak, the lowest first. */
  readonly levels: readonly Level[];
  /** Lowest level that makes a lead; null: it never makes one by itself. */
  readonly leadFrom: Level | null;
  /** Whether its leads belong on the officer's list of emission leads, and not only to service or tank events. */
  readonly officerList: boolean;
  /** Exactly the numbers that its judgement reads itself. */
  readonly parameters: readonly ParameterKey[];
  /** Rules whose outcome it asks; their numbers decide as well. */
  readonly restsOn: readonly RuleId[];
  /** What it needs of the truck and the day, beyond what `reasons` says. */
  readonly needs: Text;
  readonly reasons: readonly Reason[];
  readonly caveats: readonly Caveat[];
  readonly basis: Basis;
  readonly source: string;
  readonly mark: Mark;
  /** Within how many days of driving, from the day a fault is there, it promises to speak. */
  readonly speaksWithinDays: number;
}
