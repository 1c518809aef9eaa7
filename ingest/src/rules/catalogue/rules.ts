import { RULE_IDS, type RuleId } from '../finding.ts';
import type { ParameterKey } from './parameters.ts';
import type { RuleRow } from './rule-row.ts';
import { DATA_RULES } from './rules-data.ts';
import { LIMIT_RULES } from './rules-limit.ts';
import { SCR_RULES } from './rules-scr.ts';
import { SIGNAL_RULES } from './rules-signal.ts';
import { TANK_RULES } from './rules-tank.ts';

const ROWS: readonly RuleRow[] = [...LIMIT_RULES, ...SCR_RULES, ...SIGNAL_RULES, ...TANK_RULES, ...DATA_RULES];

/** Every rule of the service as data, in the order of `RULE_IDS`. */
export const RULES: readonly RuleRow[] = RULE_IDS.map(rowOf);

const BY_ID: ReadonlyMap<RuleId, RuleRow> = new Map(RULES.map((row) => [row.id, row]));

/** The row of a rule. */
export function ruleRow(id: RuleId): RuleRow {
  return BY_ID.get(id) ?? rowOf(id);
}

function rowOf(id: RuleId): RuleRow {
  const row = ROWS.find((each) => each.id === id);
  if (row === undefined) throw new RangeError(`rule ${id} has no row in the catalogue`);
  return row;
}

/** Numbers that the folding of leads reads. */
export const LEAD_PARAMETERS: readonly ParameterKey[] = ['verdicts.closeAfterDays'];

/** Numbers that the making of fleet references reads. */
export const REFERENCE_PARAMETERS: readonly ParameterKey[] = [
  'verdicts.minReferenceTrucks',
  'verdicts.minReferenceDays',
  'verdicts.minMapTrucks',
  'verdicts.mapMinS',
];
