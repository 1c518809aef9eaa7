export { type ExportDeps, exportRunner } from './runner.ts';
export { ExportStore } from './store.ts';
