export * from './queries/evaluation-days.ts';
export * from './queries/evaluation-findings.ts';
export * from './queries/evaluation-lease.ts';
export * from './queries/evaluation-marks.ts';
export * from './queries/evaluation-read.ts';
export * from './queries/evaluation-settings.ts';
export * from './queries/evaluation-truck.ts';
export * from './queries/evaluation-write.ts';
export { SampleBuffer } from './sample-buffer.ts';
