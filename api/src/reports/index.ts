export { buildReport } from './build.ts';
export { type ReportContent, ReportContentSchema, type RevisionNote } from './content.ts';
export { type ReportDeps, ReportOrder, type ReportOutcome, reportRunner } from './issue.ts';
export { hasChanged, keepReports, ReportKeeper, type ReportsKept } from './keeper.ts';
export { provenanceOf, reportWorkbook } from './workbook.ts';
