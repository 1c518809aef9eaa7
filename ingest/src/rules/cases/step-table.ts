import type { Text } from '../catalogue/reasons.ts';
import { CASE_STATES, type CaseState, type CaseType, PRIORITIES, PRIORITY_WORDS } from './case-types.ts';
import { choice, type FieldRow, MOST_WORKING_DAYS, may, must, NOTICE_FIELDS, TRUCK_FIELDS } from './step-fields.ts';

/** One kind of step: from where it may be taken, where it can lead, who may take it, and what it must carry. */
export interface StepRow extends Text {
  readonly kind: string;
  readonly from: readonly CaseState[];
  /** States it can lead to; `same`: the case stays where it is. */
  readonly to: readonly (CaseState | 'same')[];
  /** Kinds of cases that have it; absent: all. */
  readonly types?: readonly CaseType[];
  /** `work`: who works on cases; `close`: who closes them; `system`: the service itself as well. */
  readonly who: readonly ('work' | 'close' | 'system')[];
  /** Whether it belongs to the way from notice to closing: its day must not lie before that of the one before it. */
  readonly main: boolean;
  readonly fields: readonly FieldRow[];
}

const OPEN = CASE_STATES.filter((state) => state !== 'closed');
/** Where a truck is waited for. */
const UNDER_WAY: readonly CaseState[] = ['verify', 'notice', 'repair', 'retest', 'roadCheck', 'closing'];
const WORK = ['work'] as const;

const CLOSING_REASONS = [
  choice('compliant', '治理合格', 'compliant'),
  choice('falseAlarm', '误报', 'false alarm'),
  choice('scrapped', '报废', 'scrapped'),
  choice('movedAway', '转出', 'moved away'),
  choice('reporting', '恢复上线', 'reports again'),
];

const LAY_UP_REASONS = [
  choice('winter', '冬季停运', 'winter'),
  choice('workshop', '进厂维修', 'workshop'),
  choice('sold', '已出售', 'sold'),
  choice('other', '其他', 'other'),
];

const RETEST_METHODS = [
  choice('freeAcceleration', '自由加速法 (GB 3847)', 'free acceleration (GB 3847)'),
  choice('lugDown', '加载减速法 (GB 3847)', 'lug-down (GB 3847)'),
  choice('obdCheck', 'OBD 检查', 'OBD check'),
  choice('other', '其他', 'other'),
];

/** Every step of a case after its opening: the state machine as a table. */
export const STEPS = [
  {
    kind: 'verify', zh: '核实', en: 'verify', from: ['verify'], to: ['notice', 'closing'], who: WORK, main: true,
    fields: [
      must('result', 'choice', '核实结果', 'result', {
        choices: [
          choice('confirmed', '属实', 'confirmed'),
          choice('dataAbnormal', '数据异常', 'data abnormal'),
          choice('sensorFault', '传感器故障', 'sensor fault'),
          choice('falseAlarm', '误报', 'false alarm'),
          choice('specialOperation', '特殊作业', 'special operation'),
        ],
      }),
    ],
  },
  { kind: 'notice', zh: '告知', en: 'give notice', from: ['notice'], to: ['repair'], who: WORK, main: true, fields: NOTICE_FIELDS },
  {
    kind: 'receipt', zh: '签收', en: 'notice received', from: ['repair', 'retest'], to: ['same'], who: WORK, main: false,
    fields: [],
  },
  {
    kind: 'secondNotice', zh: '二次告知', en: 'second notice', from: ['repair', 'retest'], to: ['same'], who: WORK, main: true,
    fields: NOTICE_FIELDS,
  },
  {
    kind: 'extend', zh: '延期', en: 'extend the deadline', from: ['repair', 'retest'], to: ['same'], who: WORK, main: false,
    fields: [
      must('until', 'later', '延至', 'until'),
      must('reason', 'text', '理由', 'reason', { max: 500 }),
    ],
  },
  {
    kind: 'repairStart', zh: '进厂', en: 'repair begun', from: ['repair'], to: ['same'], who: WORK, main: true,
    fields: [must('station', 'mStation', 'M 站', 'repair station'), may('fault', 'text', '车主报修', 'fault as told')],
  },
  {
    kind: 'repair', zh: '维修完成', en: 'repair completed', from: ['repair'], to: ['retest', 'roadCheck', 'closing'], who: WORK, main: true,
    fields: [
      must('station', 'mStation', 'M 站', 'repair station'),
      must('inDay', 'day', '进厂日期', 'in on'),
      must('fault', 'text', '故障原因', 'fault found'),
      must('work', 'text', '维修项目及更换件', 'work done and parts', { max: 1000 }),
      may('settlementNo', 'text', '结算清单号', 'settlement list no.', { max: 60 }),
      may('certificateNo', 'text', '合格证号', 'certificate no.', { max: 60 }),
      may('uploaded', 'flag', '已上传维修电子档案', 'uploaded to the repair file'),
    ],
  },
  {
    kind: 'retest', zh: '复检', en: 'retest', from: ['retest', 'roadCheck'], to: ['roadCheck', 'repair', 'same'], who: WORK, main: true,
    fields: [
      must('station', 'iStation', 'I 站', 'inspection station'),
      must('method', 'choice', '检验方法', 'method', { choices: RETEST_METHODS }),
      must('verdict', 'choice', '检验结论', 'verdict', {
        choices: [choice('passed', '合格', 'passed'), choice('failed', '不合格', 'failed')],
      }),
      must('reportNo', 'text', '报告编号', 'report no.', { max: 60 }),
      may('lightAbsorptionPerM', 'number', '光吸收系数', 'light absorption', { max: 20, unit: 'm⁻¹' }),
      may('noxPpm', 'number', 'NOx', 'NOx', { max: 5000, unit: 'ppm' }),
      may('results', 'text', '其他检验值', 'other values'),
    ],
  },
  {
    kind: 'roadCheck', zh: '复核', en: 'road check', from: ['roadCheck', 'closing'], to: ['closing', 'repair', 'same'],
    types: ['overLimit', 'urea', 'tamper', 'fault'], who: ['work', 'system'], main: true,
    fields: [
      must('verdict', 'choice', '结论', 'verdict', {
        choices: [
          choice('repaired', '已修复', 'repaired'),
          choice('notRepaired', '未修复', 'not repaired'),
          choice('notYetDecidable', '尚不能判定', 'not yet decidable'),
        ],
      }),
      may('daysMissing', 'count', '尚缺有效天数', 'valid days missing', { max: 400, unit: 'd' }),
      may('figures', 'figures', '比较结果', 'figures of the comparison'),
    ],
  },
  {
    kind: 'waiveRoadCheck', zh: '免于复核', en: 'waive the road check', from: ['roadCheck'], to: ['closing'], who: WORK, main: true,
    fields: [must('reason', 'text', '理由', 'reason')],
  },
  {
    kind: 'objection', zh: '陈述申辩', en: 'objection received', from: ['notice', 'repair', 'retest', 'roadCheck', 'penalty'], to: ['same'],
    who: WORK, main: false,
    fields: [
      must('by', 'text', '陈述申辩人', 'by whom', { max: 100 }),
      must('grounds', 'text', '理由', 'grounds', { max: 2000 }),
      must('workingDays', 'count', '答复期限', 'to be answered within', { max: MOST_WORKING_DAYS, unit: '工作日 working days' }),
    ],
  },
  {
    kind: 'objectionAnswer', zh: '申辩答复', en: 'answer the objection', from: OPEN, to: ['same', 'closing'], who: WORK, main: false,
    fields: [
      must('outcome', 'choice', '意见', 'outcome', {
        choices: [
          choice('upheld', '采纳', 'upheld'),
          choice('partly', '部分采纳', 'upheld in part'),
          choice('rejected', '不予采纳', 'rejected'),
        ],
      }),
      must('answer', 'text', '答复内容', 'answer', { max: 2000 }),
    ],
  },
  {
    kind: 'penalty', zh: '立案处罚', en: 'file for a penalty', from: ['repair', 'retest'], to: ['penalty'], who: WORK, main: true,
    fields: [
      must('fileNo', 'text', '立案号', 'file no.', { max: 60 }),
      must('basis', 'text', '法律依据', 'legal basis'),
    ],
  },
  {
    kind: 'penaltyDecision', zh: '处罚决定', en: 'penalty decided', from: ['penalty'], to: ['repair', 'closing'], who: WORK, main: true,
    fields: [
      must('decisionNo', 'text', '决定书文号', 'decision no.', { max: 60 }),
      must('outcome', 'choice', '决定', 'outcome', {
        choices: [
          choice('fine', '罚款', 'fine'),
          choice('warning', '警告', 'warning'),
          choice('none', '不予处罚', 'no penalty'),
        ],
      }),
      may('amountYuan', 'number', '罚款金额', 'amount', { max: 1_000_000, unit: '元 CNY' }),
      must('afterwards', 'choice', '后续', 'then', {
        choices: [choice('repair', '继续责令维修', 'repair still due'), choice('closing', '进入销案', 'on to closing')],
      }),
      may('workingDays', 'count', '整改期限', 'deadline of the repair', { max: MOST_WORKING_DAYS, unit: '工作日 working days' }),
    ],
  },
  {
    kind: 'layUp', zh: '报停', en: 'lay up', from: UNDER_WAY, to: ['laidUp'], who: WORK, main: true,
    fields: [
      must('reason', 'choice', '报停原因', 'reason', { choices: LAY_UP_REASONS }),
      may('until', 'later', '预计恢复', 'expected back on'),
    ],
  },
  { kind: 'resume', zh: '恢复运营', en: 'back in service', from: ['laidUp'], to: UNDER_WAY, who: WORK, main: true, fields: [] },
  {
    kind: 'close', zh: '销案', en: 'close', from: [...UNDER_WAY, 'laidUp'], to: ['closed'], who: ['close', 'system'], main: true,
    fields: [
      must('reason', 'choice', '销案原因', 'reason', { choices: CLOSING_REASONS }),
      may('decisionNo', 'text', '销案文号', 'decision no.', { max: 60 }),
    ],
  },
  {
    kind: 'reopen', zh: '重新立案', en: 'reopen', from: ['closed'], to: ['verify'], who: WORK, main: true,
    fields: [
      must('reason', 'choice', '原因', 'reason', {
        choices: [
          choice('again', '再次超标', 'over the limit again'),
          choice('notRepaired', '治理无效', 'the repair did not hold'),
          choice('revoked', '销案决定撤销', 'the closing was revoked'),
          choice('newEvidence', '新证据', 'new evidence'),
        ],
      }),
    ],
  },
  {
    kind: 'attach', zh: '并入线索', en: 'add leads', from: OPEN, to: ['same'], who: ['work', 'system'], main: false, fields: [],
  },
  {
    kind: 'assign', zh: '指派', en: 'assign', from: OPEN, to: ['same'], who: WORK, main: false,
    fields: [may('officer', 'officer', '承办人', 'officer')],
  },
  {
    kind: 'priority', zh: '优先级', en: 'set the priority', from: OPEN, to: ['same'], who: WORK, main: false,
    fields: [
      must('priority', 'choice', '优先级', 'priority', {
        choices: PRIORITIES.map((value) => choice(value, PRIORITY_WORDS[value].zh, PRIORITY_WORDS[value].en)),
      }),
    ],
  },
  { kind: 'facts', zh: '车辆与车主资料', en: 'truck and owner', from: OPEN, to: ['same'], who: WORK, main: false, fields: TRUCK_FIELDS },
  { kind: 'note', zh: '备注', en: 'note', from: CASE_STATES, to: ['same'], who: WORK, main: false, fields: [] },
] as const satisfies readonly StepRow[]; // biome-ignore format: a table

/** Kinds of steps; `open` is the first of every case and is taken by opening it. */
export type StepKind = (typeof STEPS)[number]['kind'];
export const STEP_KINDS: readonly StepKind[] = STEPS.map(({ kind }) => kind);

/** The row of a kind. */
export function stepRow(kind: StepKind): StepRow {
  const row: StepRow | undefined = STEPS.find((each) => each.kind === kind);
  if (!row) throw new RangeError(kind);
  return row;
}
