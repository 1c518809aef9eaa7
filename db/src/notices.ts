export * from './queries/notice-outbox.ts';
export * from './queries/notice-settings.ts';
export * from './queries/notice-sources.ts';
