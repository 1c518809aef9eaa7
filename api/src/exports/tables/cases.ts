import type { Both, ExportColumn, Wire } from '../column.ts';
import { dayAt, type ExportTable, groupsOf, idList, TRUCK_SQL, truckColumns } from './table.ts';

const TRUCKS_A_STATEMENT = 200;

type Row = readonly [id: string, zh: string, en: string, unit: string, wire: Wire, sql: string, define: Both];
const both = (zh: string, en: string): Both => ({ zh, en });

const step = (kind: string, value: string): string =>
  `(select ${value} from case_steps s where s.case_id = c.id and s.kind = '${kind}' order by s.seq desc limit 1)`;
const compared = (path: string): string => `(r.result #>> '{comparison,${path}}')::float8`;
const DAY = both('北京日', 'Beijing day');
const NEWEST_CHECK = both(
  '最近一次维修的最近一次复核；空：没有或不可比',
  'Of the newest road check of the newest repair; empty: none, or not comparable',
);

const ROWS: readonly Row[] = [
  [
    'number',
    '案件编号',
    'Case',
    '',
    'text',
    "c.year::text || '-' || lpad(c.number::text, 5, '0')",
    both('年度-序号', 'Year and number'),
  ],
  [
    'type',
    '类型',
    'Type',
    '',
    'text',
    'c.type',
    both(
      'overLimit 超标，urea 尿素，tank 油箱，tamper 篡改，offline 离线，fault 故障',
      'overLimit, urea, tank, tamper, offline, fault',
    ),
  ],
  [
    'state',
    '状态',
    'State',
    '',
    'text',
    'c.state',
    both(
      'verify 核实，notice 告知，repair 维修，retest 复检，roadCheck 复核，closing 待销案，penalty 处罚，laidUp 报停，closed 已销案',
      'verify, notice, repair, retest, roadCheck, closing, penalty, laidUp, closed',
    ),
  ],
  [
    'source',
    '来源',
    'Source',
    '',
    'text',
    'c.source',
    both('线索来源：remoteObd 远程 OBD，roadside 路检，remoteSensing 遥感等', 'How it became known'),
  ],
  ['priority', '优先级', 'Priority', '', 'text', 'c.priority', both('high 高，normal 一般，low 低', 'high, normal, low')],
  ['officer', '承办人', 'Officer', '', 'text', 'c.officer', both('用户名；空：未分派', 'User name; empty: nobody')],
  ['openedDay', '立案日期', 'Opened', '', 'date', 'c.opened_day', DAY],
  [
    'noticeDay',
    '告知日期',
    'Notice',
    '',
    'date',
    step('notice', 's.day'),
    both('最近一次告知；北京日', 'The newest; Beijing day'),
  ],
  ['dueDay', '下一期限', 'Due', '', 'date', 'c.due_day', DAY],
  ['closeBy', '办结期限', 'Close by', '', 'date', 'c.close_by', DAY],
  ['closedDay', '销案日期', 'Closed', '', 'date', 'c.closed_day', both('空：未销案', 'Empty: open')],
  [
    'closedReason',
    '销案原因',
    'Closed as',
    '',
    'text',
    'c.closed_reason',
    both('compliant 达标，scrapped 报废，movedAway 外迁，falseAlarm 误报', 'compliant, scrapped, moved away, false alarm'),
  ],
  [
    'reopened',
    '重开次数',
    'Opened again',
    '',
    'int4',
    'c.reopened',
    both('销案后再次立案的次数', 'Times that it was opened again after closing'),
  ],
  [
    'repairedDay',
    '维修完成日期',
    'Repaired',
    '',
    'date',
    'p.day',
    both('最近一次维修完成；北京日', 'The newest completed repair; Beijing day'),
  ],
  ['repairStation', 'M 站', 'Repair station', '', 'text', 'm.name', both('该次维修的 M 站', 'Of that repair')],
  ['fault', '故障原因', 'Fault found', '', 'text', `p."values" ->> 'fault'`, both('M 站填报', 'As the repair station said')],
  [
    'work',
    '维修项目及更换件',
    'Work done and parts',
    '',
    'text',
    `p."values" ->> 'work'`,
    both('M 站填报', 'As the repair station said'),
  ],
  [
    'retest',
    '复检结论',
    'Retest',
    '',
    'text',
    step('retest', `s."values" ->> 'verdict'`),
    both('passed 合格，failed 不合格；最近一次', 'passed or failed, the newest'),
  ],
  [
    'roadVerdict',
    '复核结论',
    'Road check',
    '',
    'text',
    'r.verdict',
    both(
      'repaired 已修复，notRepaired 未修复，notYetDecidable 尚不能判定；最近一次维修的最近一次复核',
      'repaired, notRepaired, notYetDecidable; the newest of the newest repair',
    ),
  ],
  ['beforeGPerKwh', '维修前 NOx', 'NOx before', 'g/kWh', 'float8', compared('before,value'), NEWEST_CHECK],
  ['afterGPerKwh', '维修后 NOx', 'NOx after', 'g/kWh', 'float8', compared('after,value'), NEWEST_CHECK],
  [
    'afterLow',
    '维修后 NOx 下限',
    'NOx after, low',
    'g/kWh',
    'float8',
    compared('after,low'),
    both('90 % 区间下限', 'Lower end of the 90 % interval'),
  ],
  [
    'afterHigh',
    '维修后 NOx 上限',
    'NOx after, high',
    'g/kWh',
    'float8',
    compared('after,high'),
    both('90 % 区间上限', 'Upper end of the 90 % interval'),
  ],
];

const LIST = [TRUCK_SQL, ...ROWS.map(([, , , , , sql]) => sql)].join(', ');
const FROM = `cases c join vehicles v on v.id = c.vehicle_id
  left join lateral (select s.day, s."values" from case_steps s where s.case_id = c.id and s.kind = 'repair' order by s.seq desc limit 1) p on true
  left join stations m on m.id::text = p."values" ->> 'station'
  left join lateral (select r.verdict, r.result from road_checks r where r.case_id = c.id and r.repaired_day = p.day order by r.id desc limit 1) r on true`;
const within = (fromMs: number, toMs: number): string =>
  `c.opened_day <= ${dayAt(toMs - 1)} and (c.closed_day is null or c.closed_day >= ${dayAt(fromMs)})`;

/** Cases that were open on a day of the period. */
export const CASES: ExportTable = {
  name: { zh: '案件', en: 'Cases' },
  about: {
    zh: '期间内任一日未销案的案件，每案一行，按现在的状态',
    en: 'Cases that were open on a day of the period, one row each, as they stand now',
  },
  size: 'few',
  columns: () => [
    ...truckColumns('text'),
    ...ROWS.map(([id, zh, en, unit, wire, , definition]): ExportColumn => ({ id, name: { zh, en }, unit, wire, definition })),
  ],
  page: ({ fromMs, toMs }) => ({
    select: LIST,
    from: FROM,
    where: `c.vehicle_id = any($1::int[]) and ${within(fromMs, toMs)}`,
    key: [
      { sql: 'c.vehicle_id', type: 'int4' },
      { sql: 'c.id', type: 'int4' },
    ],
  }),
  *slices({ trucks, fromMs, toMs }) {
    for (const group of groupsOf(trucks, TRUCKS_A_STATEMENT))
      yield {
        sql: `select ${LIST} from ${FROM} where c.vehicle_id in (${idList(group)}) and ${within(fromMs, toMs)} order by c.opened_day, c.id`,
        constants: {},
      };
  },
};
