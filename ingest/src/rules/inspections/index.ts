export {
  checkInspection,
  type InspectionFacts,
  type MeasuredValue,
  pollutantsMeasured,
  pollutantsOver,
} from './check-inspection.ts';
export { inspectionsMarkdown } from './inspections-markdown.ts';
export * from './items.ts';
export * from './kinds.ts';
