export { type Day, daysFrom, plusDays, WorkCalendar } from './calendar.ts';
export { type CaseFacts, type CasePeriods, DEFAULT_PERIODS, PENALTY_DAYS } from './case-facts.ts';
export * from './case-types.ts';
export { casesMarkdown } from './cases-markdown.ts';
export { checkFields, isDay, type StepValue, type StepValues } from './check-fields.ts';
export type { Refusal } from './refusal.ts';
export type { FieldRow } from './step-fields.ts';
export { STEP_KINDS, STEPS, type StepKind, type StepRow, stepRow } from './step-table.ts';
export { type NewStep, nextSteps, openedCase, type StepContext, takeStep } from './take-step.ts';
