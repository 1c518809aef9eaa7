import { type Day, plusDays, type WorkCalendar } from './calendar.ts';
import { type CaseFacts, type CasePeriods, type DueFor, PENALTY_DAYS } from './case-facts.ts';
import { CASE_STATE_WORDS, type CaseState, type CaseType, type Priority } from './case-types.ts';
import { checkFields, isDay, type StepValues } from './check-fields.ts';
import { checkOrder } from './check-order.ts';
import { type Refusal, refuse } from './refusal.ts';
import { STEP_KINDS, type StepKind, stepRow } from './step-table.ts';

/** A step that somebody wants to take. */
export interface NewStep {
  readonly kind: StepKind;
  /** Beijing day on which it happened. */
  readonly day: Day;
  readonly values: StepValues;
  readonly note: string | null;
}

/** What steps are checked with. */
export interface StepContext {
  readonly today: Day;
  readonly calendar: WorkCalendar;
  readonly periods: CasePeriods;
}

export type Taken =
  | { readonly ok: true; readonly facts: CaseFacts }
  | { readonly ok: false; readonly refusals: readonly Refusal[] };

/** What a case is opened with. */
export interface Opening {
  readonly type: CaseType;
  readonly priority: Priority;
  readonly officer: string | null;
  readonly day: Day;
  /** Day that the trouble began; not later than `day`. */
  readonly beganDay: Day;
}

/** A deadline that starts on a day, as facts. */
function due(day: Day, dueFor: DueFor, workingDays: number, { calendar }: StepContext): Partial<CaseFacts> {
  const end = calendar.add(day, workingDays);
  return { dueDay: end.day, dueFor, ...(end.estimated ? { estimated: true } : {}) };
}

const NOTHING_DUE: Partial<CaseFacts> = { dueDay: null, dueFor: null };

function round(day: Day, context: StepContext): Partial<CaseFacts> {
  const whole = context.calendar.add(day, context.periods.closeWithin);
  return {
    ...due(day, 'verify', context.periods.verify, context),
    closeBy: whole.day,
    ...(whole.estimated ? { estimated: true } : {}),
  };
}

/** What a case amounts to that has just been opened. */
export function openedCase({ type, priority, officer, day, beganDay }: Opening, context: StepContext): CaseFacts {
  return {
    type,
    state: 'verify',
    priority,
    officer,
    beganDay,
    openedDay: day,
    lastDay: day,
    dueDay: null,
    dueFor: null,
    closeBy: null,
    estimated: false,
    objectionDay: null,
    objectionDue: null,
    notice: null,
    secondNotice: false,
    repairedDay: null,
    retestPassed: false,
    ground: null,
    paused: null,
    closedDay: null,
    closedReason: null,
    reopened: 0,
    ...round(day, context),
  };
}

type Change = Partial<CaseFacts>;
const moved = (state: CaseState, change: Change): Change => ({ state, ...change });

const toClosing = (step: NewStep, ground: CaseFacts['ground'], context: StepContext): Change =>
  moved('closing', { ground, ...due(step.day, 'closing', context.periods.closing, context) });

/** An objection that is upheld ends the case wherever it stands, also while the truck is laid up. */
function upheld(facts: CaseFacts, step: NewStep, context: StepContext): Change {
  const change = toClosing(step, 'falseAlarm', context);
  return { ...change, paused: null, closeBy: facts.closeBy ?? change.dueDay ?? null };
}

const backToRepair = (day: Day, workingDays: number, context: StepContext): Change =>
  moved('repair', { repairedDay: null, retestPassed: false, ground: null, ...due(day, 'repair', workingDays, context) });

function noticed(step: NewStep, context: StepContext): Change {
  const workingDays = Number(step.values.workingDays);
  const received = step.values.receivedDay;
  const receivedDay = isDay(received) ? received : null;
  return {
    notice: { day: step.day, workingDays, receivedDay },
    ...due(receivedDay ?? step.day, 'repair', workingDays, context),
  };
}

/** Where a completed repair leads: over the limit to the retest; what the road shows to the road check; the rest to closing. */
function repaired(facts: CaseFacts, step: NewStep, context: StepContext): Change {
  const common = { repairedDay: step.day, retestPassed: false };
  if (facts.type === 'overLimit')
    return moved('retest', { ...common, ...due(step.day, 'retest', context.periods.retest, context) });
  if (facts.type === 'tank' || facts.type === 'offline') return { ...common, ...toClosing(step, 'compliant', context) };
  return moved('roadCheck', { ...common, ...NOTHING_DUE });
}

function retested(facts: CaseFacts, step: NewStep, context: StepContext): Change {
  if (step.values.verdict === 'failed') return backToRepair(step.day, context.periods.repair, context);
  return facts.state === 'retest' ? moved('roadCheck', { retestPassed: true, ...NOTHING_DUE }) : { retestPassed: true };
}

function roadChecked(step: NewStep, context: StepContext): Change {
  if (step.values.verdict === 'repaired') return toClosing(step, 'compliant', context);
  return step.values.verdict === 'notRepaired' ? backToRepair(step.day, context.periods.repair, context) : {};
}

function penaltyDecided(step: NewStep, context: StepContext): Change {
  if (step.values.afterwards === 'closing') return toClosing(step, 'any', context);
  return backToRepair(step.day, Number(step.values.workingDays), context);
}

function laidUp(facts: CaseFacts, step: NewStep, { calendar }: StepContext): Change {
  const left = (until: Day) => calendar.between(step.day, until);
  return moved('laidUp', {
    paused: {
      state: facts.state,
      due: facts.dueDay === null ? null : left(facts.dueDay),
      closeBy: facts.closeBy === null ? 0 : left(facts.closeBy),
    },
    dueDay: null,
    dueFor: null,
    closeBy: null,
  });
}

/** What each state waits for; states without an entry have no deadline of their own. */
const WAITS_FOR: Readonly<Partial<Record<CaseState, DueFor>>> = {
  verify: 'verify',
  notice: 'notice',
  repair: 'repair',
  retest: 'retest',
  closing: 'closing',
};

/** Deadlines go on with the working days that were left; what had passed already stays as far behind. */
function resumed(facts: CaseFacts, step: NewStep, context: StepContext): Change {
  const { paused } = facts;
  if (!paused) return {};
  const until = (left: number): Day =>
    left > 0 ? context.calendar.add(step.day, left).day : plusDays(step.day, Math.min(-1, left));
  const waits = WAITS_FOR[paused.state] ?? null;
  return {
    state: paused.state,
    paused: null,
    dueDay: paused.due === null || waits === null ? null : until(paused.due),
    dueFor: paused.due === null ? null : waits,
    closeBy: until(paused.closeBy),
  };
}

function reopened(facts: CaseFacts, step: NewStep, context: StepContext): Change {
  return moved('verify', {
    notice: null,
    secondNotice: false,
    repairedDay: null,
    retestPassed: false,
    ground: null,
    objectionDay: null,
    objectionDue: null,
    paused: null,
    closedDay: null,
    closedReason: null,
    reopened: facts.reopened + 1,
    ...round(step.day, context),
  });
}

/** What a step that is in order changes. */
function changeOf(facts: CaseFacts, step: NewStep, context: StepContext): Change {
  const { values, day, kind } = step;
  switch (kind) {
    case 'verify':
      return values.result === 'confirmed' || values.result === 'sensorFault'
        ? moved('notice', due(day, 'notice', context.periods.notice, context))
        : toClosing(step, 'falseAlarm', context);
    case 'notice':
      return moved('repair', noticed(step, context));
    case 'secondNotice':
      return { secondNotice: true, ...noticed(step, context) };
    case 'receipt': {
      if (!facts.notice) return {};
      const notice = { ...facts.notice, receivedDay: day };
      // The deadline of the notice counts from its receipt; one that was extended, or is not the notice's, stays.
      return facts.state === 'repair' ? { notice, ...due(day, 'repair', notice.workingDays, context) } : { notice };
    }
    case 'extend':
      return isDay(values.until) ? { dueDay: values.until } : {};
    case 'repairStart':
      return {};
    case 'repair':
      return repaired(facts, step, context);
    case 'retest':
      return retested(facts, step, context);
    case 'roadCheck':
      return roadChecked(step, context);
    case 'waiveRoadCheck':
      return toClosing(step, 'compliant', context);
    case 'objection':
      return { objectionDay: day, objectionDue: context.calendar.add(day, Number(values.workingDays)).day };
    case 'objectionAnswer':
      return { objectionDay: null, objectionDue: null, ...(values.outcome === 'upheld' ? upheld(facts, step, context) : {}) };
    case 'penalty':
      return moved('penalty', { dueDay: plusDays(day, PENALTY_DAYS), dueFor: 'penaltyDecision' });
    case 'penaltyDecision':
      return penaltyDecided(step, context);
    case 'layUp':
      return laidUp(facts, step, context);
    case 'resume':
      return resumed(facts, step, context);
    case 'close':
      return moved('closed', {
        ...NOTHING_DUE,
        closeBy: facts.closeBy,
        closedDay: day,
        closedReason: String(values.reason),
        paused: null,
      });
    case 'reopen':
      return reopened(facts, step, context);
    case 'assign':
      return { officer: typeof values.officer === 'string' ? values.officer : null };
    case 'priority':
      return values.priority === 'high' || values.priority === 'low' || values.priority === 'normal'
        ? { priority: values.priority }
        : {};
    case 'attach':
    case 'facts':
    case 'note':
      return {};
  }
}

/** Whether a step of this kind can be taken where the case stands; the reason when not. */
export function mayTake(facts: CaseFacts, kind: StepKind): Refusal | null {
  const row = stepRow(kind);
  if (row.types && !row.types.includes(facts.type))
    return refuse('kind', '此类案件没有该步骤', 'cases of this type have no such step');
  if (kind === 'retest' && facts.repairedDay === null)
    return refuse('kind', '尚无已完成的维修，不能复检', 'no repair has been completed: there is nothing to retest');
  if (!row.from.includes(facts.state)) {
    const { zh, en } = CASE_STATE_WORDS[facts.state];
    return refuse('kind', `案件当前为“${zh}”，不能执行“${row.zh}”`, `the case is at "${en}": "${row.en}" cannot be taken there`);
  }
  if (kind === 'roadCheck' && facts.state === 'closing' && (facts.ground !== 'compliant' || facts.repairedDay === null))
    return refuse('kind', '案件不是因治理合格待销案', 'the case does not wait for closing because of a repair');
  if (kind === 'objectionAnswer' && facts.objectionDue === null)
    return refuse('kind', '没有待答复的陈述申辩', 'there is no objection to answer');
  if (kind === 'objection' && facts.objectionDue !== null)
    return refuse('kind', '上一份陈述申辩尚未答复', 'the objection before has not been answered yet');
  if (kind === 'receipt' && facts.notice?.receivedDay != null)
    return refuse('kind', '已登记签收', 'the receipt is recorded already');
  return null;
}

/** Takes a step: what the case amounts to afterwards, or everything that is wrong with it, each at its field. Pure. */
export function takeStep(facts: CaseFacts, step: NewStep, context: StepContext): Taken {
  const out = mayTake(facts, step.kind);
  if (out) return { ok: false, refusals: [out] };
  const refusals = [
    ...checkFields(stepRow(step.kind).fields, step.values, context.today),
    ...checkOrder(facts, step, context.today),
  ];
  if (refusals.length > 0) return { ok: false, refusals };
  const change = changeOf(facts, step, context);
  // A road check that cannot be decided yet is a look, and bars nothing that happened before it.
  const looked = step.kind === 'roadCheck' && step.values.verdict === 'notYetDecidable';
  const advances = stepRow(step.kind).main && !looked && step.day > facts.lastDay;
  return { ok: true, facts: { ...facts, ...change, lastDay: advances ? step.day : facts.lastDay } };
}

/** Kinds of steps that can be taken where a case stands, in the order of the table. */
export function nextSteps(facts: CaseFacts): StepKind[] {
  return STEP_KINDS.filter((kind) => mayTake(facts, kind) === null);
}
