import { STANDS_ALONE } from '@plume/db';
import type { Both, ExportColumn, Wire } from '../column.ts';
import { dayAt, type ExportTable, groupsOf, idList, TRUCK_SQL, truckColumns } from './table.ts';

const TRUCKS_A_STATEMENT = 200;

type Row = readonly [id: string, zh: string, en: string, wire: Wire, sql: string, define: Both];
const both = (zh: string, en: string): Both => ({ zh, en });

/** What holds of a lead: the newest decision about any of its findings. */
const NEWEST = `left join lateral (
    select t.decision, t.reason, t.assignee, t.snoozed_until from finding_triage t where t.finding_id = any(l.findings) order by t.last_id desc limit 1
  ) t on true`;

const ROWS: readonly Row[] = [
  ['id', '线索编号', 'Lead', 'text', 'l.id', both('首个判定的编号', 'Id of its first finding')],
  [
    'cause',
    '原因',
    'Cause',
    'text',
    'l.cause',
    both('规则给出的原因代码，见规则目录', 'Code of the cause, see the catalogue of rules'),
  ],
  [
    'level',
    '级别',
    'Level',
    'text',
    'l.level',
    both(
      'probable 超标（高可信），suspected 疑似，fault 故障，attention 关注，event 事件',
      'probable, suspected, fault, attention, event',
    ),
  ],
  [
    'state',
    '状态',
    'State',
    'text',
    'l.state',
    both('open 未结，closed 已结，withdrawn 已撤回（补传数据）', 'open, closed, withdrawn (late data)'),
  ],
  ['firstDay', '首日', 'First day', 'date', 'l.first_day', both('北京日', 'Beijing day')],
  ['lastDay', '末日', 'Last day', 'date', 'l.last_day', both('北京日', 'Beijing day')],
  [
    'findings',
    '判定数',
    'Findings',
    'int4',
    'cardinality(l.findings)',
    both('折叠进该线索的判定（每日每规则一个）', 'Findings folded into it, one a day and rule'),
  ],
  [
    'decision',
    '处置',
    'Decision',
    'text',
    't.decision',
    both('confirmed 属实，dismissed 驳回；空：未处置', 'confirmed, dismissed; empty: none yet'),
  ],
  ['reason', '驳回理由', 'Reason', 'text', 't.reason', both('驳回的理由', 'Why it was dismissed')],
  ['assignee', '承办人', 'Assignee', 'text', 't.assignee', both('用户名', 'User name')],
  ['openedAt', '产生时间', 'Opened at', 'time', 'l.opened_at', both('服务端时间', 'By the server’s clock')],
  ['updatedAt', '更新时间', 'Updated at', 'time', 'l.updated_at', both('服务端时间', 'By the server’s clock')],
];

const LIST = [TRUCK_SQL, ...ROWS.map(([, , , , sql]) => sql)].join(', ');
const FROM = `leads l join vehicles v on v.id = l.vehicle_id ${NEWEST}`;
const within = (fromMs: number, toMs: number): string =>
  `l.last_day >= ${dayAt(fromMs)} and l.first_day <= ${dayAt(toMs - 1)} and ${STANDS_ALONE}`;

/** Leads with findings in the period. */
export const LEADS: ExportTable = {
  name: { zh: '线索', en: 'Leads' },
  about: {
    zh: '期间内有判定的疑似超标线索；远程监控结果在合法检测前均为线索',
    en: 'Leads with findings in the period; a remote result is a lead until a lawful test confirms it',
  },
  size: 'few',
  columns: () => [
    ...truckColumns('text'),
    ...ROWS.map(([id, zh, en, wire, , definition]): ExportColumn => ({ id, name: { zh, en }, unit: '', wire, definition })),
  ],
  page: ({ fromMs, toMs }) => ({
    select: LIST,
    from: FROM,
    where: `l.vehicle_id = any($1::int[]) and ${within(fromMs, toMs)}`,
    key: [
      { sql: 'l.vehicle_id', type: 'int4' },
      { sql: 'l.id', type: 'text' },
    ],
  }),
  *slices({ trucks, fromMs, toMs }) {
    for (const group of groupsOf(trucks, TRUCKS_A_STATEMENT))
      yield {
        sql: `select ${LIST} from ${FROM} where l.vehicle_id in (${idList(group)}) and ${within(fromMs, toMs)} order by v.plate, l.first_day, l.id`,
        constants: {},
      };
  },
};
