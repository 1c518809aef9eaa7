export { type Notices, type NoticesConfig, type NoticesDeps, type NoticesStats, startNotices } from './desk.ts';
