import type { DigestFigures } from '@plume/db/notices';
import { type Lang, LEVEL_WORDS, LEVELS } from '@plume/ingest/rules';
import { LEAD_STATEMENT, type Said } from './causes.ts';

/** What the cases of the districts stand at, for the digest. */
export interface DigestCases {
  readonly open: number;
  readonly dueSoon: number;
  readonly overdue: number;
}

const percent = (value: number | null, reason: string) => (value === null ? `— (${reason})` : `${(value * 100).toFixed(1)} %`);

/** The daily digest of a Beijing day: what was, what is open now, and how much data stands behind it. */
export function sayDigest(
  day: string,
  f: DigestFigures,
  cases: DigestCases,
  districts: readonly string[] | null,
  lang: Lang,
): Said {
  const zh = lang === 'zh';
  const place = districts === null ? (zh ? '全部区县' : 'all districts') : districts.join(zh ? '、' : ', ');
  const levels = [...LEVELS].reverse().flatMap((level) => {
    const n = f.open_leads[level] ?? 0;
    return n === 0 ? [] : [`  ${LEVEL_WORDS[level][lang]}: ${n}`];
  });
  const none = zh ? '当日无车运行' : 'no truck ran';
  const hours = f.engine_on_s === null ? '—' : (f.engine_on_s / 3600).toFixed(1);
  const lines = zh
    ? [
        `${day}（北京时间 00:00–24:00），${place}`,
        '',
        `车辆：登记 ${f.trucks}，当日有数据 ${f.ran}，发动机运转共 ${hours} h`,
        `数据传输率 ${percent(f.transmission_rate, none)}；NOx 有效占比 ${percent(f.nox_valid_share, none)}（按发动机运转时间加权）`,
        `当日新线索 ${f.new_leads}，因补传或更正撤回 ${f.withdrawn_leads}，实时报警 ${f.alarms}，现失联车辆 ${f.offline}`,
        '',
        levels.length === 0 ? '现在没有未结的线索。' : '现在未结的线索（按级别）：',
        ...levels,
      ]
    : [
        `${day} (Beijing, 00:00–24:00), ${place}`,
        '',
        `Trucks: ${f.trucks} entered, ${f.ran} with data that day, engines on for ${hours} h in all`,
        `Transmission rate ${percent(f.transmission_rate, none)}; valid NOx ${percent(f.nox_valid_share, none)} (weighted by engine-on time)`,
        `New leads ${f.new_leads}, withdrawn by late data or corrections ${f.withdrawn_leads}, live alarms ${f.alarms}, trucks offline now ${f.offline}`,
        '',
        levels.length === 0 ? 'No lead is open now.' : 'Leads open now, by level:',
        ...levels,
      ];
  lines.push(
    '',
    zh
      ? `案件：未结 ${cases.open}，期限将近 ${cases.dueSoon}，已逾期 ${cases.overdue}`
      : `Cases: ${cases.open} open, ${cases.dueSoon} due soon, ${cases.overdue} overdue`,
  );
  lines.push('', LEAD_STATEMENT[lang]);
  return {
    subject: zh ? `[每日摘要] ${day} 未结线索 ${sum(f)}` : `[digest] ${day}: ${sum(f)} leads open`,
    text: lines.join('\n'),
  };
}

function sum(f: DigestFigures): number {
  return Object.values(f.open_leads).reduce((all, n) => all + n, 0);
}
