import type { Day } from './calendar.ts';
import type { CaseFacts } from './case-facts.ts';
import { isDay } from './check-fields.ts';
import { type Refusal, refuse } from './refusal.ts';
import { stepRow } from './step-table.ts';
import type { NewStep } from './take-step.ts';

const before = (field: string, bound: Day, zh: string, en: string): Refusal =>
  refuse(field, `不得早于${zh} (${bound})`, `must not lie before ${en} (${bound})`);

/** The earliest day that a step may have, and what sets it. */
function earliest(facts: CaseFacts, step: NewStep): { day: Day; zh: string; en: string } {
  if (step.kind === 'receipt' && facts.notice) return { day: facts.notice.day, zh: '告知日期', en: 'the day of the notice' };
  if (step.kind === 'objectionAnswer' && facts.objectionDay !== null)
    return { day: facts.objectionDay, zh: '收到申辩日期', en: 'the day of the objection' };
  if (step.kind === 'retest' && facts.repairedDay !== null && facts.repairedDay >= facts.lastDay)
    return { day: facts.repairedDay, zh: '维修完成日期', en: 'the day on which the repair was completed' };
  return stepRow(step.kind).main
    ? { day: facts.lastDay, zh: '上一步骤', en: 'the step before' }
    : { day: facts.openedDay, zh: '立案日期', en: 'the opening of the case' };
}

/** What is wrong about the days inside a repair. */
function repairDays(facts: CaseFacts, step: NewStep): Refusal[] {
  const { inDay } = step.values;
  if (!isDay(inDay)) return [];
  if (inDay < facts.beganDay) return [before('values.inDay', facts.beganDay, '问题开始日期', 'the trouble began')];
  return inDay > step.day
    ? [refuse('values.inDay', `不得晚于完成日期 (${step.day})`, `must not be later than the day of completion (${step.day})`)]
    : [];
}

function noticeDays(step: NewStep): Refusal[] {
  const { receivedDay } = step.values;
  return isDay(receivedDay) && receivedDay < step.day
    ? [before('values.receivedDay', step.day, '发出日期', 'the notice was sent')]
    : [];
}

/** A truck that is gone, or reports again, may end a case anywhere; the other reasons must have been earned. */
function closingReason(facts: CaseFacts, step: NewStep): Refusal[] {
  const field = 'values.reason';
  const { reason } = step.values;
  if (facts.objectionDue !== null)
    return [refuse('kind', '陈述申辩尚未答复，不能销案', 'the objection has not been answered yet')];
  if (reason === 'scrapped' || reason === 'movedAway') return [];
  if (reason === 'reporting')
    return facts.type === 'offline' ? [] : [refuse(field, '仅用于终端失联案件', 'is for offline cases only')];
  if (facts.state !== 'closing')
    return [
      refuse(field, '未到待销案，仅可选报废或转出', 'is not earned yet: only scrapped or moved away can end the case here'),
    ];
  if (facts.ground === 'any' || facts.ground === reason) return [];
  return facts.ground === 'compliant'
    ? [refuse(field, '案件经治理后待销案，不是误报', 'the case was treated: it was no false alarm')]
    : [refuse(field, '案件核实为非违规，不是治理合格', 'the case was found to be no violation: nothing was treated')];
}

/** What a value needs beside it. */
function companions(facts: CaseFacts, step: NewStep): Refusal[] {
  const { values } = step;
  switch (step.kind) {
    case 'notice':
    case 'secondNotice':
      return noticeDays(step);
    case 'repair':
      return repairDays(facts, step);
    case 'extend':
      return isDay(values.until) && facts.dueDay !== null && values.until <= facts.dueDay
        ? [
            refuse(
              'values.until',
              `须晚于现有期限 (${facts.dueDay})`,
              `must be later than the deadline in force (${facts.dueDay})`,
            ),
          ]
        : [];
    case 'roadCheck':
      // What waits for closing is taken back by later days that say otherwise, and by nothing else.
      if (facts.state === 'closing' && values.verdict !== 'notRepaired')
        return [
          refuse(
            'values.verdict',
            '待销案时仅“未修复”可退回维修',
            'only "not repaired" takes back a case that waits for closing',
          ),
        ];
      if (values.verdict === 'notYetDecidable')
        return values.daysMissing == null
          ? [refuse('values.daysMissing', '须说明尚缺的天数', 'is needed: how many more days')]
          : [];
      return values.figures == null ? [refuse('values.figures', '须附比较结果', 'is needed: what the verdict rests on')] : [];
    case 'penalty':
      return facts.dueDay !== null && step.day <= facts.dueDay
        ? [refuse('day', `整改期限 ${facts.dueDay} 未过`, `the deadline runs until ${facts.dueDay}: not before it has passed`)]
        : [];
    case 'penaltyDecision':
      return [
        ...(values.outcome === 'fine' && values.amountYuan == null
          ? [refuse('values.amountYuan', '须填写罚款金额', 'is needed with a fine')]
          : []),
        ...(values.afterwards === 'repair' && values.workingDays == null
          ? [refuse('values.workingDays', '须给出维修期限', 'is needed: how long the repair may take')]
          : []),
      ];
    case 'close':
      return closingReason(facts, step);
    case 'facts':
      return Object.values(values).every((value) => value === null)
        ? [refuse('values.owner', '没有填写任何内容', 'nothing was filled in')]
        : [];
    case 'note':
      return step.note === null ? [refuse('note', '必填', 'is needed')] : [];
    default:
      return [];
  }
}

/** Everything that is wrong with a step in the order of things: days before what they follow, later than today, reasons not earned. */
export function checkOrder(facts: CaseFacts, step: NewStep, today: Day): Refusal[] {
  if (!isDay(step.day)) return [refuse('day', '须为日期，如 2026-11-24', 'must be a date such as 2026-11-24')];
  if (step.day > today) return [refuse('day', `不得晚于今天 (${today})`, `must not be later than today (${today})`)];
  const bound = earliest(facts, step);
  const day = step.day < bound.day ? [before('day', bound.day, bound.zh, bound.en)] : [];
  return [...day, ...companions(facts, step)];
}
