import type { z } from '@hono/zod-openapi';
import type { AlarmSource, CaseSource, LeadSource, NoticeKind, TroubleRow } from '@plume/db/notices';
import {
  CASE_STATE_WORDS,
  CASE_STATES,
  CASE_TYPE_WORDS,
  CASE_TYPES,
  CAUSE_WORDS,
  CAUSES,
  type Lang,
  LEVEL_WORDS,
  LEVELS,
} from '@plume/ingest/rules';
import { addDays, startOfDate } from '../beijing-day.ts';
import { type Finding, toFinding } from '../finding-schema.ts';
import type { Permission } from '../permissions.ts';

/** What a message says, in one language. */
export interface Said {
  readonly subject: string;
  readonly text: string;
}

/** One thing that may have to be told. */
export interface Cause {
  /** Names it for good: one message of it for each channel and recipient. */
  readonly id: string;
  readonly kind: NoticeKind;
  /** When it became known, by the server's clock [epoch ms]: subscriptions that began later do not hear of it. */
  readonly atMs: number;
  readonly vehicle: { readonly id: number; readonly vin: string; readonly district: string | null } | null;
  /** District that it is about where it is about no truck; null: the whole site; absent: what is in it is narrowed for each listener. */
  readonly place?: string | null;
  /** What it is about, for programs. */
  readonly data: Readonly<Record<string, unknown>>;
  say(lang: Lang): Said;
}

/** Who may be told: what a person may not see on a page is not sent to them either. */
export const NEEDED: Readonly<Record<NoticeKind, Permission>> = {
  lead: 'leads.read',
  alarm: 'leads.read',
  offline: 'leads.read',
  dataQuality: 'leads.read',
  digest: 'leads.read',
  caseDue: 'cases.read',
  caseOverdue: 'cases.read',
  service: 'fleet.read',
  report: 'statistics.read',
};

/** Stands under everything that is about a lead (疑似超标线索: no violation before a lawful test). */
export const LEAD_STATEMENT: Readonly<Record<Lang, string>> = {
  zh: '以上为远程 OBD 数据给出的疑似线索，未经法定检验确认，不构成对超标的认定。',
  en: 'This is a lead (疑似超标线索) from remote OBD data. No lawful test has confirmed it, and it is no finding of a violation.',
};

/** Which kind of notice the leads of a cause are. */
export function kindOfLead(cause: string): NoticeKind {
  return cause === 'offline' ? 'offline' : cause === 'data' ? 'dataQuality' : 'lead';
}

const share = (value: number | null) => (value === null ? '—' : `${(value * 100).toFixed(1)} %`);

/** A truck in a line of text. */
function truckLine({ plate, vin, district }: { plate: string; vin: string; district: string | null }, lang: Lang): string {
  return lang === 'zh'
    ? `车辆：${plate}（VIN ${vin}），${district ?? '未登记区县'}`
    : `Truck: ${plate} (VIN ${vin}), ${district ?? 'no district entered'}`;
}

function sayLead(lead: LeadSource, lang: Lang): Said {
  const zh = lang === 'zh';
  const level = LEVELS.find((each) => each === lead.level);
  const cause = CAUSES.find((each) => each === lead.cause);
  const about = cause ? CAUSE_WORDS[cause][lang] : lead.cause;
  const finding = lead.headline === null ? null : toFinding(lead.headline, lang);
  const rule = finding === null ? '' : ` ${finding.rule}`;
  const subject = zh
    ? `[线索] ${lead.plate} ${about}${rule} ${lead.last_day}`
    : `[lead] ${lead.plate} ${about}${rule} ${lead.last_day}`;
  const lines = [truckLine(lead, lang)];
  lines.push(
    zh
      ? `级别：${level ? LEVEL_WORDS[level].zh : lead.level}；${lead.first_day} 至 ${lead.last_day}（北京时间日期）`
      : `Level: ${level ? LEVEL_WORDS[level].en : lead.level}; ${lead.first_day} to ${lead.last_day} (Beijing dates)`,
  );
  if (finding !== null) lines.push(...findingLines(finding, zh));
  lines.push('', LEAD_STATEMENT[lang]);
  return { subject, text: lines.join('\n') };
}

function findingLines(finding: z.infer<typeof Finding>, zh: boolean): string[] {
  const { limit, data } = finding;
  const lines = [
    zh
      ? `规则：${finding.rule} ${finding.ruleName}，版本 ${finding.version}，方法类别 ${finding.class ?? '—'}`
      : `Rule: ${finding.rule} ${finding.ruleName}, version ${finding.version}, method class ${finding.class ?? '—'}`,
    finding.explanation,
  ];
  if (limit !== null) {
    const mark = limit.verified ? (zh ? '已核实' : 'verified') : zh ? '未核实' : 'unverified';
    lines.push(
      zh
        ? `限值：${limit.value} ${limit.unit}，来源 ${limit.source}（${mark}）`
        : `Limit: ${limit.value} ${limit.unit}, source ${limit.source} (${mark})`,
    );
  }
  lines.push(
    zh
      ? `当日数据：NOx 有效占比 ${share(data.noxValidShare)}，数据传输率 ${share(data.transmissionRate)}`
      : `Data of the day: valid NOx ${share(data.noxValidShare)}, transmission rate ${share(data.transmissionRate)}`,
  );
  for (const caveat of finding.caveats) lines.push(zh ? `注意：${caveat.text}` : `Note: ${caveat.text}`);
  return lines;
}

/** A lead that has reached a level: told once, by whichever look sees it first. */
export function leadCause(lead: LeadSource, atSec: number): Cause {
  return {
    id: `lead:${lead.id}`,
    kind: kindOfLead(lead.cause),
    atMs: atSec * 1000,
    vehicle: { id: lead.vehicle_id, vin: lead.vin, district: lead.district },
    data: {
      lead: lead.id,
      cause: lead.cause,
      level: lead.level,
      firstDay: lead.first_day,
      lastDay: lead.last_day,
      plate: lead.plate,
      district: lead.district,
      rule: lead.headline?.rule ?? null,
      ruleVersion: lead.headline?.version ?? null,
      limit: lead.headline?.detail.limit ?? null,
      figures: lead.headline?.detail.figures ?? {},
      noxValidShare: lead.headline?.noxValidShare ?? null,
      transmissionRate: lead.headline?.transmissionRate ?? null,
      statement: LEAD_STATEMENT.zh,
    },
    say: (lang) => sayLead(lead, lang),
  };
}

/** What each alarm says. */
const ALARMS: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  tamper: { zh: '终端被拆动或断电', en: 'terminal opened or cut from power' },
  fuelTheft: { zh: '油箱液位快速下降', en: 'fuel level falls fast' },
  noxSustained: { zh: 'NOx 浓度持续偏高', en: 'NOx stays high' },
  ureaEmpty: { zh: '尿素箱已空', en: 'urea tank empty' },
};

const BEIJING_MS = 8 * 3_600_000;

/** A moment on a Beijing clock: `2026-11-23 14:30`. */
export function beijingTime(ms: number): string {
  return new Date(ms + BEIJING_MS).toISOString().slice(0, 16).replace('T', ' ');
}

/** A live alarm that was raised. */
export function alarmCause(alarm: AlarmSource): Cause {
  const words = ALARMS[alarm.kind] ?? { zh: alarm.kind, en: alarm.kind };
  return {
    id: `alarm:${alarm.id}`,
    kind: 'alarm',
    atMs: alarm.raised_at.getTime(),
    vehicle: { id: alarm.vehicle_id, vin: alarm.vin, district: alarm.district },
    data: {
      alarm: alarm.id,
      alarmKind: alarm.kind,
      startedAt: alarm.started_at.toISOString(),
      plate: alarm.plate,
      district: alarm.district,
    },
    say: (lang) => ({
      subject: `[${lang === 'zh' ? '实时报警' : 'alarm'}] ${alarm.plate} ${words[lang]}`,
      text: [
        truckLine(alarm, lang),
        lang === 'zh'
          ? `${words.zh}，自 ${beijingTime(alarm.started_at.getTime())}（北京时间，样本时间）起。`
          : `${words.en}, since ${beijingTime(alarm.started_at.getTime())} (Beijing, time of the sample).`,
        '',
        LEAD_STATEMENT[lang],
      ].join('\n'),
    }),
  };
}

/** A case one of whose deadlines comes soon, or has passed. `soonAtMs`: when it was seen to come. */
export function caseCause(row: CaseSource, today: string, soonAtMs: number): Cause {
  const overdue = row.nearest < today;
  const number = `${row.year}-${String(row.number).padStart(5, '0')}`;
  const type = CASE_TYPES.find((each) => each === row.type);
  const state = CASE_STATES.find((each) => each === row.state);
  return {
    id: `case:${row.id}:${overdue ? 'overdue' : 'due'}:${row.nearest}`,
    kind: overdue ? 'caseOverdue' : 'caseDue',
    atMs: overdue ? startOfDate(addDays(row.nearest, 1)) : soonAtMs,
    vehicle: { id: row.vehicle_id, vin: row.vin, district: row.district },
    data: {
      case: row.id,
      caseNumber: number,
      caseType: row.type,
      caseState: row.state,
      deadline: row.nearest,
      officer: row.officer,
      plate: row.plate,
      district: row.district,
    },
    say: (lang) => {
      const about = type ? CASE_TYPE_WORDS[type][lang] : row.type;
      const stands = state ? CASE_STATE_WORDS[state][lang] : row.state;
      const officer = row.officer_name ?? row.officer;
      return lang === 'zh'
        ? {
            subject: `[${overdue ? '案件逾期' : '案件将到期'}] ${number} ${row.plate} ${stands} ${row.nearest}`,
            text: [
              truckLine(row, lang),
              `案件 ${number}（${about}），${stands}，承办人：${officer ?? '未指派'}`,
              `期限：${row.nearest}（北京时间当日结束）${overdue ? '，已过' : ''}`,
            ].join('\n'),
          }
        : {
            subject: `[${overdue ? 'case overdue' : 'case due'}] ${number} ${row.plate} ${stands} ${row.nearest}`,
            text: [
              truckLine(row, lang),
              `Case ${number} (${about}), ${stands}, officer: ${officer ?? 'nobody'}`,
              `Deadline: end of ${row.nearest} (Beijing)${overdue ? ', passed' : ''}`,
            ].join('\n'),
          };
    },
  };
}

/** A check of the service that has failed for a while. */
export function troubleCause(trouble: TroubleRow): Cause {
  const sinceMs = trouble.since.getTime();
  return {
    id: `service:${trouble.name}:${sinceMs}`,
    kind: 'service',
    atMs: sinceMs,
    vehicle: null,
    data: { check: trouble.name, since: trouble.since.toISOString(), detail: trouble.detail },
    say: (lang) => ({
      subject: `[${lang === 'zh' ? '服务异常' : 'service'}] ${trouble.name}`,
      text:
        lang === 'zh'
          ? `系统检查“${trouble.name}”自 ${beijingTime(sinceMs)}（北京时间）起未通过：\n${trouble.detail}\n在“系统”页查看各项检查。`
          : `The check "${trouble.name}" has failed since ${beijingTime(sinceMs)} (Beijing):\n${trouble.detail}\nThe System page shows every check.`,
    }),
  };
}
