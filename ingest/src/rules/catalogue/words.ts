import type { Mark } from '@plume/ingest/emissions';
import { SIGNALS } from '@plume/ingest/protocol';
import type { Cause, Level } from '../finding.ts';
import type { Text } from './reasons.ts';
import type { Basis } from './rule-row.ts';

const w = (zh: string, en: string): Text => ({ zh, en });

/** Languages of the product. */
export type Lang = keyof Text;

/** How far a finding goes, as the officer reads it. */
export const LEVEL_WORDS: Readonly<Record<Level, Text>> = {
  event: w('事件', 'Event'),
  attention: w('关注', 'Attention'),
  fault: w('故障线索（不作限值判定）', 'Fault lead (no verdict on a limit)'),
  suspected: w('疑似超标线索', 'Suspected lead (疑似超标线索)'),
  probable: w(
    '疑似超标线索（持续，已计入不确定度）',
    'Suspected lead (疑似超标线索), probable: persistent and beyond the uncertainty',
  ),
};

/** What a lead is about. */
export const CAUSE_WORDS: Readonly<Record<Cause, Text>> = {
  overLimit: w('疑似超标', 'over limit'),
  scrFault: w('SCR 故障', 'SCR fault'),
  urea: w('尿素', 'urea'),
  tamper: w('疑似作弊', 'tampering'),
  sensor: w('传感器', 'sensor'),
  fuelTank: w('油箱', 'fuel tank'),
  particulate: w('颗粒物', 'particulate'),
  mil: w('故障灯', 'malfunction lamp'),
  offline: w('失联', 'offline'),
  data: w('数据质量', 'data quality'),
};

/** How well a number is known. */
export const MARK_WORDS: Readonly<Record<Mark, Text>> = {
  C: w('已核实', 'read in its source'),
  L: w('推定，未核实', 'likely, unverified'),
  'M+': w('凭记忆，较可靠，未核实', 'from memory, sure, unverified'),
  M: w('凭记忆，未核实', 'from memory, unverified'),
  'M-': w('凭记忆，不可靠，未核实', 'from memory, shaky, unverified'),
  eng: w('工程判断', 'engineering judgement'),
};

/** What a rule rests on. */
export const BASIS_WORDS: Readonly<Record<Basis, Text>> = {
  law: w('法规标准', 'law'),
  inferred: w('由标准推定', 'inferred from law'),
  lit: w('文献', 'literature'),
  eng: w('工程判断', 'engineering judgement'),
};

const SIGNAL_WORDS = Object.fromEntries(SIGNALS.map(({ id, zh, en }) => [id, w(zh, en)]));

/** Codes that stand in figures whose unit is `code`. */
export const CODE_WORDS: Readonly<Record<string, Text>> = {
  ...SIGNAL_WORDS,
  work: w('功基', 'work'),
  fuel: w('燃油', 'fuel'),
  yes: w('是', 'yes'),
  no: w('否', 'no'),
  refill: w('加注', 'refill'),
  theft: w('快速流失', 'theft'),
  drain: w('流失', 'drain'),
  removed: w('阻力远低于基线（拆除、破损或软管脱落）', 'far below the baseline (removed, cracked, or hose off)'),
  fallen: w('一日内骤降', 'fell within the day'),
  noDrop: w('大流量几无压差', 'hardly any pressure drop at high flow'),
  clogged: w('堵塞', 'clogged'),
  transmission: w('传输率低', 'low transmission rate'),
  noxEffective: w('NOx 传输有效率低', 'low effective rate of NOx'),
  clock: w('时钟误差', 'clock error'),
  shape: w('信号形态', 'shape'),
  copy: w('复制', 'copy'),
  readiness: w('就绪', 'readiness'),
  consumption: w('尿素消耗', 'urea consumption'),
  device: w('终端报警', 'device alarm'),
  overrunDoubt: w('倒拖中始终不回落', 'never falls in overrun'),
  downAboveUp: w('下游高于上游', 'downstream above upstream'),
};
