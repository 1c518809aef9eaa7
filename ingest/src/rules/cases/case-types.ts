import type { Text } from '../catalogue/reasons.ts';
import type { Cause } from '../finding.ts';

/** What a case is about. */
export const CASE_TYPES = ['overLimit', 'urea', 'tank', 'tamper', 'offline', 'fault'] as const;
export type CaseType = (typeof CASE_TYPES)[number];

/** Where a case stands: what is to be done next. */
export const CASE_STATES = [
  'verify',
  'notice',
  'repair',
  'retest',
  'roadCheck',
  'closing',
  'penalty',
  'laidUp',
  'closed',
] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** What set a case off. */
export const CASE_SOURCES = [
  'remoteObd',
  'remoteSensing',
  'annualTest',
  'roadside',
  'depotCheck',
  'blackSmoke',
  'report',
  'other',
] as const;
export type CaseSource = (typeof CASE_SOURCES)[number];

/** What a case was opened from. */
export const CASE_ORIGINS = ['lead', 'inspection', 'hand'] as const;
export type CaseOrigin = (typeof CASE_ORIGINS)[number];

export const PRIORITIES = ['high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Which kind of case leads of a cause open. */
export const CASE_TYPE_OF_CAUSE: Readonly<Record<Cause, CaseType>> = {
  overLimit: 'overLimit',
  particulate: 'overLimit',
  scrFault: 'fault',
  mil: 'fault',
  sensor: 'fault',
  data: 'fault',
  urea: 'urea',
  tamper: 'tamper',
  fuelTank: 'tank',
  offline: 'offline',
};

const text = (zh: string, en: string): Text => ({ zh, en });

export const CASE_TYPE_WORDS: Readonly<Record<CaseType, Text>> = {
  overLimit: text('排放超标', 'over limit'),
  urea: text('尿素异常', 'urea'),
  tank: text('油箱液位', 'tank level'),
  tamper: text('作弊篡改', 'tamper'),
  offline: text('终端失联', 'offline'),
  fault: text('设备故障', 'fault'),
};

export const CASE_STATE_WORDS: Readonly<Record<CaseState, Text>> = {
  verify: text('待核实', 'to verify'),
  notice: text('待告知', 'to notify'),
  repair: text('待维修', 'awaiting repair'),
  retest: text('待复检', 'awaiting retest'),
  roadCheck: text('待复核', 'awaiting road check'),
  closing: text('待销案', 'to close'),
  penalty: text('立案处罚', 'penalty'),
  laidUp: text('报停', 'laid up'),
  closed: text('已销案', 'closed'),
};

export const CASE_SOURCE_WORDS: Readonly<Record<CaseSource, Text>> = {
  remoteObd: text('远程 OBD', 'remote OBD'),
  remoteSensing: text('遥感监测', 'remote sensing'),
  annualTest: text('定期检验', 'annual test'),
  roadside: text('路检路查', 'roadside'),
  depotCheck: text('入户检查', 'depot check'),
  blackSmoke: text('黑烟抓拍', 'black smoke'),
  report: text('群众举报', 'report by the public'),
  other: text('其他', 'other'),
};

export const PRIORITY_WORDS: Readonly<Record<Priority, Text>> = {
  high: text('高', 'high'),
  normal: text('一般', 'normal'),
  low: text('低', 'low'),
};
