import type { Text } from '../catalogue/reasons.ts';

/** Inspections other than the remote OBD data; each is a source of cases by the same name (product: the case record, trigger). */
export const INSPECTION_KINDS = ['roadside', 'remoteSensing', 'annualTest', 'depotCheck', 'blackSmoke'] as const;
export type InspectionKind = (typeof INSPECTION_KINDS)[number];

/** What a record says of its truck. `invalid`: measured, and not to be judged. */
export const INSPECTION_RESULTS = ['passed', 'failed', 'invalid'] as const;
export type InspectionResult = (typeof INSPECTION_RESULTS)[number];

/**
 * What a record amounts to. `failed` in remote sensing needs a pass before it with the same pollutant over its limit, in a row and within six
 * months (HJ 845-2017 [M]); `repeated`: twice within six months with a pass under the limit between them; `single`: one alone.
 */
export const INSPECTION_JUDGEMENTS = ['passed', 'failed', 'repeated', 'single', 'invalid'] as const;
export type InspectionJudgement = (typeof INSPECTION_JUDGEMENTS)[number];

/** Judgements that a case can be opened from. */
export const FINDING_JUDGEMENTS: readonly InspectionJudgement[] = ['failed', 'repeated'];

export const INSPECTION_METHODS = [
  'lugDown',
  'freeAcceleration',
  'remoteSensing',
  'blackSmokeCamera',
  'obdCheck',
  'pems',
  'visual',
  'other',
] as const;
export type InspectionMethod = (typeof INSPECTION_METHODS)[number];

const text = (zh: string, en: string): Text => ({ zh, en });

export const INSPECTION_KIND_WORDS: Readonly<Record<InspectionKind, Text>> = {
  roadside: text('路检路查', 'roadside'),
  remoteSensing: text('遥感监测', 'remote sensing'),
  annualTest: text('定期检验', 'annual test'),
  depotCheck: text('入户检查', 'depot check'),
  blackSmoke: text('黑烟抓拍', 'black smoke'),
};

export const INSPECTION_RESULT_WORDS: Readonly<Record<InspectionResult, Text>> = {
  passed: text('合格', 'passed'),
  failed: text('不合格', 'failed'),
  invalid: text('无效', 'invalid'),
};

export const INSPECTION_JUDGEMENT_WORDS: Readonly<Record<InspectionJudgement, Text>> = {
  passed: text('合格', 'passed'),
  failed: text('不合格', 'failed'),
  repeated: text('6 个月内再次超标，未连续', 'over again within six months, not in a row'),
  single: text('单次超标，不作判定', 'over once: not judged'),
  invalid: text('无效', 'invalid'),
};

export const INSPECTION_METHOD_WORDS: Readonly<Record<InspectionMethod, Text>> = {
  lugDown: text('加载减速法 (GB 3847)', 'lug-down (GB 3847)'),
  freeAcceleration: text('自由加速法 (GB 3847)', 'free acceleration (GB 3847)'),
  remoteSensing: text('遥感检测法 (HJ 845)', 'remote sensing (HJ 845)'),
  blackSmokeCamera: text('黑烟车智能识别', 'black smoke camera'),
  obdCheck: text('OBD 检查', 'OBD check'),
  pems: text('车载测量 PEMS (HJ 857)', 'PEMS (HJ 857)'),
  visual: text('目测', 'by eye'),
  other: text('其他', 'other'),
};

/** What most records of a kind are made by; a form starts with it, a file without that column means it. */
export const USUAL_METHOD: Readonly<Record<InspectionKind, InspectionMethod>> = {
  roadside: 'freeAcceleration',
  remoteSensing: 'remoteSensing',
  annualTest: 'lugDown',
  depotCheck: 'freeAcceleration',
  blackSmoke: 'blackSmokeCamera',
};
