export { ALARM_KINDS, type Alarm, type AlarmChange, type AlarmKind } from './alarms/alarm.ts';
export {
  type TamperRecord,
  type Watch,
  type WatchState,
  type WatchStep,
  type WatchWindow,
  watchOf,
} from './alarms/watch.ts';
export { canonicalJson, sha256OfJson } from './canonical-json.ts';
export {
  CASE_ORIGINS,
  CASE_SOURCE_WORDS,
  CASE_SOURCES,
  CASE_STATE_WORDS,
  CASE_STATES,
  CASE_TYPE_OF_CAUSE,
  CASE_TYPE_WORDS,
  CASE_TYPES,
  type CaseFacts,
  type CaseOrigin,
  type CasePeriods,
  type CaseSource,
  type CaseState,
  type CaseType,
  casesMarkdown,
  checkFields,
  type Day,
  DEFAULT_PERIODS,
  daysFrom,
  type FieldRow,
  isDay,
  type NewStep,
  nextSteps,
  openedCase,
  PENALTY_DAYS,
  PRIORITIES,
  PRIORITY_WORDS,
  type Priority,
  plusDays,
  type Refusal,
  STEP_KINDS,
  STEPS,
  type StepContext,
  type StepKind,
  type StepRow,
  type StepValue,
  type StepValues,
  stepRow,
  takeStep,
  WorkCalendar,
} from './cases/index.ts';
export { FIGURES, type FigureId, type FigureText } from './catalogue/figures.ts';
export { formatFigure } from './catalogue/format.ts';
export { checkOverrides, type OverrideCheck, type OverrideError, PARAMETER_KEYS, plausibleRange } from './catalogue/overrides.ts';
export {
  type Overrides,
  PARAMETERS,
  type ParameterGroup,
  type ParameterKey,
  type Parameters,
  parameterRow,
  parametersWith,
} from './catalogue/parameters.ts';
export { CAVEATS, type Caveat, REASONS, type Reason, type Text } from './catalogue/reasons.ts';
export type { Basis, RuleRow } from './catalogue/rule-row.ts';
export { RULES, ruleRow } from './catalogue/rules.ts';
export { rulesMarkdown } from './catalogue/rules-markdown.ts';
export { RULES_VERSION, rulesVersion } from './catalogue/version.ts';
export { BASIS_WORDS, CAUSE_WORDS, CODE_WORDS, type Lang, LEVEL_WORDS, MARK_WORDS } from './catalogue/words.ts';
export type { RuleContext } from './context.ts';
export { CELL_DEG, type CellTable, MOST_CELLS } from './day/cells-day.ts';
export type { DayAround, DayInput, DayMessage, DayObd, FleetReference, TruckFacts, TruckLimits } from './day/day-input.ts';
export type { DaySummary, TankEvent, TripDay } from './day/day-summary.ts';
export {
  type DayTrace,
  type PpmConversion,
  SAMPLE_STATES,
  type SampleState,
  type TracedWindows,
  traceDay,
} from './day/day-trace.ts';
export { type DayResult, evaluateDay, evaluateTrace } from './day/evaluate-day.ts';
export { FORMULA_VERSION } from './day/formula-version.ts';
export { MINUTE_COLUMNS, type MinuteColumn, type MinuteColumnText } from './day/minute-columns.ts';
export type { MinuteTable } from './day/minute-table.ts';
export {
  AMBIENT_BIN_C,
  LAST_POWER_BIN,
  LAST_SPEED_BIN,
  SLICE_EXTRAS,
  SLICE_KINDS,
  type SliceColumn,
  type SliceKind,
  SPEED_BIN_KMH,
} from './day/slice-columns.ts';
export type { DaySlice } from './day/slices-day.ts';
export { passesOf, withinOf } from './day/window-day.ts';
export { explain, statement } from './explain.ts';
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
export { findingId } from './finding-id.ts';
export {
  checkInspection,
  FINDING_JUDGEMENTS,
  INSPECTION_ITEMS,
  INSPECTION_JUDGEMENT_WORDS,
  INSPECTION_JUDGEMENTS,
  INSPECTION_KIND_WORDS,
  INSPECTION_KINDS,
  INSPECTION_METHOD_WORDS,
  INSPECTION_METHODS,
  INSPECTION_POLLUTANTS,
  INSPECTION_RESULT_WORDS,
  INSPECTION_RESULTS,
  type InspectionFacts,
  type InspectionItem,
  type InspectionItemId,
  type InspectionJudgement,
  type InspectionKind,
  type InspectionMethod,
  type InspectionPollutant,
  type InspectionResult,
  inspectionItem,
  inspectionsMarkdown,
  type MeasuredValue,
  type ProposedLimit,
  pollutantsMeasured,
  pollutantsOver,
  proposedLimit,
  USUAL_METHOD,
} from './inspections/index.ts';
export { compareLeads, LEAD_REASONS, type LeadEvent, type LeadReason } from './lead-events.ts';
export { type FoldedOutcome, foldLeads, type JudgedDay, type Lead, type LeadFinding } from './leads.ts';
export { makeReferences, type ReferenceDay, type ReferenceSummary } from './references.ts';
export {
  assembleRoadCheck,
  basisOf,
  chooseDays,
  type JudgedRoadDay,
  type OtherRepair,
  ROAD_CHECK_VERSION,
  ROAD_VERDICT_WORDS,
  type RoadBasis,
  type RoadCheckInput,
  type RoadCheckResult,
  type RoadControl,
  type RoadDay,
  type RoadMaterial,
  type RoadReason,
  type RoadSlice,
  type RoadSpan,
  type RoadVerdict,
  roadBins,
  roadBsfc,
  roadCheck,
  roadNotValid,
  roadSentence,
  roadSpan,
  type SummedRoadDay,
} from './road-check/index.ts';
export { judgeDay } from './verdicts/judge-day.ts';
export { type Tank, type TankOfDay, tankChanges } from './verdicts/tank-history.ts';
