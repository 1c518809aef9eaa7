import type { Parameters } from '../catalogue/parameters.ts';
import type { RuleContext } from '../context.ts';
import { type Outcome, RULE_IDS, type RuleId } from '../finding.ts';
import { type Case, caseOf } from './case.ts';
import { judgeE1, judgeE2, judgeT7 } from './catalyst.ts';
import { judgeC1, judgeC2, judgeC3 } from './concentration.ts';
import { judgeAlarm, judgeMil } from './diagnosis.ts';
import { judgeDrift } from './drift.ts';
import { judgeA1, judgeA2, judgeA3, judgeA4 } from './mass.ts';
import { judgeDpf, judgeSmoke } from './particulate.ts';
import { judgeT8 } from './reference-test.ts';
import { judgeData, judgeGps, judgeOffline } from './service.ts';
import { judgeT1, judgeT2, judgeT3, judgeT4, judgeT5, judgeT9 } from './signal-tests.ts';
import { judgeTamper } from './tamper.ts';
import { judgeFuelRefill, judgeFuelTheft, judgeUreaDrain, judgeUreaLow, judgeUreaRefill } from './tank-rules.ts';
import { judgeT6, judgeU1, judgeU2, judgeU3, judgeU4 } from './urea.ts';

/** Every rule's judgement, by id. */
export const JUDGES: { readonly [Id in RuleId]: (on: Case) => Outcome } = {
  'R-A1': judgeA1,
  'R-A2': judgeA2,
  'R-A3': judgeA3,
  'R-A4': judgeA4,
  'R-C1': judgeC1,
  'R-C2': judgeC2,
  'R-C3': judgeC3,
  'R-E1': judgeE1,
  'R-E2': judgeE2,
  'R-U1': judgeU1,
  'R-U2': judgeU2,
  'R-U3': judgeU3,
  'R-U4': judgeU4,
  'R-T1': judgeT1,
  'R-T2': judgeT2,
  'R-T3': judgeT3,
  'R-T4': judgeT4,
  'R-T5': judgeT5,
  'R-T6': judgeT6,
  'R-T7': judgeT7,
  'R-T8': judgeT8,
  'R-T9': judgeT9,
  'R-TAMPER': judgeTamper,
  'R-FUEL-REFILL': judgeFuelRefill,
  'R-FUEL-THEFT': judgeFuelTheft,
  'R-UREA-REFILL': judgeUreaRefill,
  'R-UREA-DRAIN': judgeUreaDrain,
  'R-UREA-LOW': judgeUreaLow,
  'R-DPF': judgeDpf,
  'R-SMOKE': judgeSmoke,
  'R-MIL': judgeMil,
  'R-ALARM': judgeAlarm,
  'R-OFFLINE': judgeOffline,
  'R-GPS': judgeGps,
  'R-DATA': judgeData,
  'R-DRIFT': judgeDrift,
};

/**
 * What every rule says of a truck on a day, exactly one outcome a rule, in the order of `RULE_IDS`. The same context and numbers give
 * the same outcomes, whatever order the days are given in; a day under way is judged by what there is of it.
 */
export function judgeDay(context: RuleContext, parameters: Parameters): Outcome[] {
  const on = caseOf(context, parameters, settle);
  return RULE_IDS.map((rule) => on.outcome(rule));
}

/** Settles a rule by its own judgement. */
export function settle(rule: RuleId, on: Case): Outcome {
  return JUDGES[rule](on);
}
