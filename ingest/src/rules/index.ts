export { type Overrides, PARAMETERS, type ParameterGroup, type Parameters, parametersWith } from './catalogue/parameters.ts';
export type { RuleContext } from './context.ts';
export type { DayInput, DayMessage, DayObd, FleetReference, TruckFacts, TruckLimits } from './day/day-input.ts';
export type { DaySummary } from './day/day-summary.ts';
export {
  CAUSES,
  type Cause,
  type Clear,
  type Figures,
  type Found,
  LEVELS,
  type Level,
  type NotEvaluated,
  type Outcome,
  RULE_IDS,
  type RuleId,
  type Stretch,
} from './finding.ts';
