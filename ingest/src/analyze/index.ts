export { analyzeBytes, analyzeFile, MAX_FILE_BYTES } from './analyze-file.ts';
export { ANALYZE_ARGS, type AnalyzeArgs } from './options.ts';
export { renderAnalysis } from './render.ts';
export type { AnalysisReport, ReportedFigure, ReportedWindows } from './report-form.ts';
