import type { ReportSource } from '@plume/db/notices';
import { RevisionNoteSchema } from '../reports/content.ts';
import { titleOf } from '../reports/periods.ts';
import { beijingTime, type Cause } from './causes.ts';

/** A report, or a new revision of one, that was issued. */
export function reportCause(row: ReportSource): Cause {
  const key = { kind: row.kind, from: row.from_day, to: row.to_day, district: row.district, enterprise: row.enterprise };
  const note = row.note === null ? null : RevisionNoteSchema.parse(row.note);
  const title = titleOf(key);
  return {
    id: `report:${row.id}`,
    kind: 'report',
    atMs: row.issued_at.getTime(),
    vehicle: null,
    place: row.district,
    data: { report: row.report_id, ...key, revision: row.revision, dataVersion: row.id, sha256: row.sha256, note },
    say: (lang) => {
      const zh = lang === 'zh';
      const revised = row.revision > 1;
      const subject = zh
        ? `[${revised ? '报表修订' : '报表'}] ${title.zh} 第 ${row.revision} 版`
        : `[${revised ? 'report revised' : 'report'}] ${title.en}, revision ${row.revision}`;
      const causes =
        note === null
          ? []
          : [
              ...note.causes.map(({ text }) => `  ${text[lang]}`),
              zh ? `共 ${note.changed} 项数字有变化。` : `${note.changed} figures changed.`,
              '',
            ];
      return {
        subject,
        text: [
          title[lang],
          '',
          ...(causes.length > 0 ? [zh ? '修订原因：' : 'Why it was revised:', ...causes] : []),
          row.summary[lang],
          '',
          zh
            ? `数据版本 ${row.id}，SHA-256 ${row.sha256}，${beijingTime(row.issued_at.getTime())}（北京时间）由 ${row.issued_by} 出具。在“报表”页查看、打印和下载（报表 ${row.report_id}）。`
            : `Data version ${row.id}, SHA-256 ${row.sha256}, issued ${beijingTime(row.issued_at.getTime())} (Beijing) by ${row.issued_by}. Read, print and download it on the page Reports (report ${row.report_id}).`,
        ].join('\n'),
      };
    },
  };
}
