import { describe, expect, it } from 'vitest';
import { WorkCalendar } from './calendar.ts';
import { type CaseFacts, DEFAULT_PERIODS } from './case-facts.ts';
import { CASE_STATES, type CaseState, type CaseType } from './case-types.ts';
import type { StepValues } from './check-fields.ts';
import { STEP_KINDS, STEPS, type StepKind, type StepRow, stepRow } from './step-table.ts';
import { nextSteps, openedCase, takeStep } from './take-step.ts';

const calendar = new WorkCalendar({ years: [2026], days: new Map() });
const context = { today: '2026-06-30', calendar, periods: DEFAULT_PERIODS };

function opened(type: CaseType = 'overLimit'): CaseFacts {
  return openedCase({ type, priority: 'normal', officer: null, day: '2026-06-01', beganDay: '2026-05-20' }, context);
}

const take = (facts: CaseFacts, kind: StepKind, day: string, values: StepValues = {}, note: string | null = null) =>
  takeStep(facts, { kind, day, values, note }, context);

/** Takes steps that must be in order. */
function walk(facts: CaseFacts, ...steps: readonly (readonly [StepKind, string, StepValues?])[]): CaseFacts {
  return steps.reduce((at, [kind, day, values]) => {
    const taken = take(at, kind, day, values);
    if (!taken.ok) throw new Error(`${kind}: ${JSON.stringify(taken.refusals)}`);
    return taken.facts;
  }, facts);
}

const NOTICE = { number: 'N-1', kind: 'repairNotice', channel: 'direct', workingDays: 5 };
const REPAIR = { station: 1, inDay: '2026-06-05', fault: 'SCR', work: 'new catalyst' };
const RETEST = { station: 2, method: 'lugDown', verdict: 'passed', reportNo: 'J' };
const noticed = (type?: CaseType) =>
  walk(opened(type), ['verify', '2026-06-02', { result: 'confirmed' }], ['notice', '2026-06-03', NOTICE]);
const checking = (type?: CaseType) =>
  walk(
    noticed(type),
    ['repair', '2026-06-08', REPAIR],
    ...(type === undefined ? ([['retest', '2026-06-09', RETEST]] as const) : []),
  );

describe('the table of steps', () => {
  it('names each kind and each field once, and every state can be left', () => {
    expect(new Set(STEP_KINDS).size).toBe(STEP_KINDS.length);
    for (const { kind, fields } of STEPS as readonly StepRow[]) {
      expect(new Set(fields.map(({ name }) => name)).size, kind).toBe(fields.length);
      for (const field of fields)
        if (field.kind === 'choice') expect(field.choices?.length, `${kind}.${field.name}`).toBeGreaterThan(1);
    }
    for (const state of CASE_STATES)
      expect(
        (STEPS as readonly StepRow[]).some(({ from, to }) => from.includes(state) && to.some((each) => each !== 'same')),
      ).toBe(true);
  });

  it('is what the machine does: a walk at random meets only transitions of the table, and all of them', () => {
    const met = new Set<string>();
    const tried: Record<string, readonly StepValues[]> = {
      verify: ['confirmed', 'falseAlarm'].map((result) => ({ result })),
      notice: [NOTICE],
      secondNotice: [NOTICE],
      extend: [{ until: '2026-12-01', reason: 'x' }],
      repairStart: [{ station: 1 }],
      repair: [{ ...REPAIR, inDay: '2026-06-01' }],
      retest: ['passed', 'failed'].map((verdict) => ({ ...RETEST, verdict })),
      roadCheck: ['repaired', 'notRepaired', 'notYetDecidable'].map((verdict) => ({ verdict, daysMissing: 2, figures: {} })),
      waiveRoadCheck: [{ reason: 'x' }],
      objection: [{ by: 'x', grounds: 'y', workingDays: 3 }],
      objectionAnswer: ['upheld', 'rejected'].map((outcome) => ({ outcome, answer: 'z' })),
      penalty: [{ fileNo: '1', basis: 'x' }],
      penaltyDecision: ['repair', 'closing'].map((afterwards) => ({
        decisionNo: '1',
        outcome: 'warning',
        afterwards,
        workingDays: 3,
      })),
      layUp: [{ reason: 'winter' }],
      close: ['compliant', 'falseAlarm', 'scrapped', 'reporting'].map((reason) => ({ reason })),
      reopen: [{ reason: 'again' }],
      priority: [{ priority: 'high' }],
      assign: [{ officer: 'a' }],
      facts: [{ owner: 'x' }],
    };
    let seed = 7;
    const random = (n: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * n);
    };
    const late = { ...context, today: '2026-12-31' };
    for (let run = 0; run < 500; run += 1) {
      const type = (['overLimit', 'tank', 'offline', 'urea'] as const)[run % 4] ?? 'tank';
      let facts: CaseFacts = opened(type);
      for (let n = 0; n < 16; n += 1) {
        // Steps that lead somewhere come more often than those that leave the case where it is.
        const all = nextSteps(facts);
        const leading = all.filter((each) => stepRow(each).to.some((to) => to !== 'same') && each !== 'close');
        const kinds = random(4) > 0 && leading.length > 0 ? leading : all;
        const kind = kinds[random(kinds.length)] ?? 'note';
        const values = tried[kind] ?? [{}];
        const day = kind === 'penalty' ? '2026-12-30' : facts.lastDay > '2026-06-08' ? facts.lastDay : '2026-06-08';
        const taken = takeStep(facts, { kind, day, values: values[random(values.length)] ?? {}, note: 'n' }, late);
        if (!taken.ok) continue;
        const to = taken.facts.state === facts.state ? 'same' : taken.facts.state;
        const allowed: readonly string[] = stepRow(kind).to;
        expect(stepRow(kind).from, kind).toContain(facts.state);
        expect(allowed.includes(to) || (to === 'same' && allowed.includes(facts.state)), `${kind} ${facts.state} → ${to}`).toBe(
          true,
        );
        met.add(`${kind} ${to}`);
        facts = taken.facts;
        expect(facts.state === 'closed').toBe(facts.closedDay !== null);
        if (facts.state === 'closed' || facts.state === 'laidUp') expect(facts.dueDay).toBeNull();
      }
    }
    const all = (STEPS as readonly StepRow[]).flatMap(({ kind, to }) => to.map((each) => `${kind} ${each}`));
    const notMet = all.filter((each) => !met.has(each));
    expect(notMet).toEqual([]);
  });
});

describe('where steps lead', () => {
  it.each([
    { type: 'overLimit', after: 'retest' },
    { type: 'urea', after: 'roadCheck' },
    { type: 'fault', after: 'roadCheck' },
    { type: 'tamper', after: 'roadCheck' },
    { type: 'tank', after: 'closing' },
    { type: 'offline', after: 'closing' },
  ] as const)('a repair of type $type leads to $after', ({ type, after }) => {
    expect(walk(noticed(type), ['repair', '2026-06-08', REPAIR]).state).toBe(after);
  });

  it.each([
    { result: 'confirmed', state: 'notice' },
    { result: 'sensorFault', state: 'notice' },
    { result: 'dataAbnormal', state: 'closing' },
    { result: 'falseAlarm', state: 'closing' },
    { result: 'specialOperation', state: 'closing' },
  ])('verified as $result leads to $state', ({ result, state }) => {
    expect(walk(opened(), ['verify', '2026-06-02', { result }]).state).toBe(state);
  });

  it.each([
    { verdict: 'repaired', state: 'closing' },
    { verdict: 'notRepaired', state: 'repair' },
    { verdict: 'notYetDecidable', state: 'roadCheck' },
  ])('a road check that says $verdict leads to $state', ({ verdict, state }) => {
    const facts = walk(checking(), ['roadCheck', '2026-06-20', { verdict, daysMissing: 3, figures: {} }]);
    expect(facts.state).toBe(state);
    // A look that decides nothing bars nothing that happened before it.
    expect(facts.lastDay).toBe(verdict === 'notYetDecidable' ? '2026-06-09' : '2026-06-20');
  });

  it('a case that waits for closing because of a repair goes back when the road says that it did not hold, and by nothing else', () => {
    const closing = walk(checking(), ['roadCheck', '2026-06-20', { verdict: 'repaired', figures: {} }]);
    for (const verdict of ['repaired', 'notYetDecidable'])
      expect(take(closing, 'roadCheck', '2026-06-25', { verdict, daysMissing: 1, figures: {} })).toMatchObject({
        ok: false,
        refusals: [{ field: 'values.verdict' }],
      });
    const back = walk(closing, ['roadCheck', '2026-06-25', { verdict: 'notRepaired', figures: {} }]);
    expect(back).toMatchObject({ state: 'repair', repairedDay: null, ground: null, dueFor: 'repair' });
    const upheld = walk(
      checking(),
      ['objection', '2026-06-15', { by: 'owner', grounds: 'sensor', workingDays: 5 }],
      ['objectionAnswer', '2026-06-16', { outcome: 'upheld', answer: 'x' }],
    );
    expect(take(upheld, 'roadCheck', '2026-06-25', { verdict: 'notRepaired', figures: {} })).toMatchObject({
      ok: false,
      refusals: [{ field: 'kind' }],
    });
  });

  it('after a failed retest a repair is due again before the next retest', () => {
    const facts = walk(noticed(), ['repair', '2026-06-08', REPAIR], ['retest', '2026-06-09', { ...RETEST, verdict: 'failed' }]);
    expect(facts).toMatchObject({ state: 'repair', repairedDay: null, dueFor: 'repair' });
    expect(take(facts, 'retest', '2026-06-10', RETEST)).toMatchObject({ ok: false, refusals: [{ field: 'kind' }] });
  });

  it('no step moves an open case of another type of its own accord', () => {
    for (const type of ['tank', 'offline'] as const) expect(nextSteps(checking(type))).not.toContain('roadCheck');
  });
});

describe('deadlines', () => {
  it('runs from the notice, then from its receipt, then as it was extended', () => {
    // 2026-06-03 is a Wednesday; without holidays five working days later is Wednesday 06-10.
    const facts = noticed();
    expect(facts).toMatchObject({ dueDay: '2026-06-10', dueFor: 'repair' });
    const received = walk(facts, ['receipt', '2026-06-05']);
    expect(received.dueDay).toBe('2026-06-12');
    expect(walk(received, ['extend', '2026-06-06', { until: '2026-06-20', reason: 'parts' }]).dueDay).toBe('2026-06-20');
    expect(take(received, 'extend', '2026-06-06', { until: '2026-06-12', reason: 'parts' })).toMatchObject({ ok: false });
  });

  it('a penalty waits for the deadline to have passed, to the day', () => {
    const file = { fileNo: '1', basis: '大气污染防治法' };
    expect(take(noticed(), 'penalty', '2026-06-10', file)).toMatchObject({ ok: false, refusals: [{ field: 'day' }] });
    const filed = walk(noticed(), ['penalty', '2026-06-11', file]);
    expect(filed).toMatchObject({ state: 'penalty', dueDay: '2026-09-09', dueFor: 'penaltyDecision' });
  });

  it('an objection has a deadline of its own, keeps the case open, and ends it when upheld', () => {
    const objected = walk(checking(), ['objection', '2026-06-15', { by: 'owner', grounds: 'sensor', workingDays: 5 }]);
    expect(objected.objectionDue).toBe('2026-06-22');
    const repaired = walk(objected, ['roadCheck', '2026-06-16', { verdict: 'repaired', figures: {} }]);
    expect(take(repaired, 'close', '2026-06-16', { reason: 'compliant' })).toMatchObject({
      ok: false,
      refusals: [{ field: 'kind' }],
    });
    expect(take(objected, 'objectionAnswer', '2026-06-14', { outcome: 'rejected', answer: 'x' })).toMatchObject({ ok: false });
    const upheld = walk(objected, ['objectionAnswer', '2026-06-16', { outcome: 'upheld', answer: 'x' }]);
    expect(upheld).toMatchObject({ state: 'closing', ground: 'falseAlarm', objectionDue: null });
  });

  it('stand still while the truck is laid up, and what had passed stays passed', () => {
    const facts = noticed();
    const laid = walk(facts, ['layUp', '2026-06-05', { reason: 'winter' }]);
    expect(laid).toMatchObject({ state: 'laidUp', dueDay: null, closeBy: null, paused: { state: 'repair', due: 3 } });
    const back = walk(laid, ['resume', '2026-06-19']);
    expect(back).toMatchObject({ state: 'repair', dueDay: '2026-06-24', dueFor: 'repair' });
    const late = walk(facts, ['layUp', '2026-06-12', { reason: 'winter' }], ['resume', '2026-06-19']);
    expect(late.dueDay !== null && late.dueDay < '2026-06-19').toBe(true);
  });
});

describe('what is refused, at its field', () => {
  const refusedAt = (facts: CaseFacts, kind: StepKind, day: string, values: StepValues = {}): string[] => {
    const taken = take(facts, kind, day, values);
    return taken.ok ? [] : taken.refusals.map(({ field }) => field);
  };

  it.each<{ name: string; at: CaseFacts; kind: StepKind; day: string; values?: StepValues; fields: string[] }>([
    { name: 'a day to come', at: opened(), kind: 'verify', day: '2026-07-01', values: { result: 'confirmed' }, fields: ['day'] },
    {
      name: 'a day that is none',
      at: opened(),
      kind: 'verify',
      day: '2026-02-30',
      values: { result: 'confirmed' },
      fields: ['day'],
    },
    {
      name: 'a day before the case',
      at: opened(),
      kind: 'verify',
      day: '2026-05-31',
      values: { result: 'confirmed' },
      fields: ['day'],
    },
    { name: 'a needed field', at: opened(), kind: 'verify', day: '2026-06-02', fields: ['values.result'] },
    {
      name: 'a field of another step',
      at: opened(),
      kind: 'verify',
      day: '2026-06-02',
      values: { result: 'confirmed', x: 1 },
      fields: ['values.x'],
    },
    {
      name: 'a receipt before the sending',
      at: walk(opened(), ['verify', '2026-06-02', { result: 'confirmed' }]),
      kind: 'notice',
      day: '2026-06-03',
      values: { ...NOTICE, receivedDay: '2026-06-02' },
      fields: ['values.receivedDay'],
    },
    {
      name: 'a truck that came in before the trouble began',
      at: noticed(),
      kind: 'repair',
      day: '2026-06-08',
      values: { ...REPAIR, inDay: '2026-05-19' },
      fields: ['values.inDay'],
    },
    {
      name: 'half a day of deadline',
      at: walk(opened(), ['verify', '2026-06-02', { result: 'confirmed' }]),
      kind: 'notice',
      day: '2026-06-03',
      values: { ...NOTICE, workingDays: 1.5 },
      fields: ['values.workingDays'],
    },
    {
      name: 'a control character',
      at: noticed(),
      kind: 'repair',
      day: '2026-06-08',
      values: { ...REPAIR, fault: 'a\u0007b' },
      fields: ['values.fault'],
    },
    {
      name: 'a retest before the repair was completed',
      at: walk(noticed(), ['repair', '2026-06-08', REPAIR]),
      kind: 'retest',
      day: '2026-06-07',
      values: RETEST,
      fields: ['day'],
    },
    {
      name: 'compliant without treatment',
      at: walk(opened(), ['verify', '2026-06-02', { result: 'falseAlarm' }]),
      kind: 'close',
      day: '2026-06-03',
      values: { reason: 'compliant' },
      fields: ['values.reason'],
    },
    {
      name: 'reporting again of a truck that was never offline',
      at: noticed(),
      kind: 'close',
      day: '2026-06-04',
      values: { reason: 'reporting' },
      fields: ['values.reason'],
    },
    {
      name: 'a fine without amount',
      at: walk(noticed(), ['penalty', '2026-06-12', { fileNo: '1', basis: 'x' }]),
      kind: 'penaltyDecision',
      day: '2026-06-13',
      values: { decisionNo: '1', outcome: 'fine', afterwards: 'repair' },
      fields: ['values.amountYuan', 'values.workingDays'],
    },
  ])('$name', ({ at, kind, day, values, fields }) => {
    expect(refusedAt(at, kind, day, values)).toEqual(fields);
  });

  it('every step in every state where the table does not have it', () => {
    const at = (state: CaseState): CaseFacts => ({ ...noticed(), state, repairedDay: '2026-06-08', objectionDue: '2026-06-20' });
    for (const state of CASE_STATES)
      for (const { kind, from } of STEPS as readonly StepRow[])
        if (!from.includes(state))
          expect(refusedAt(at(state), kind as StepKind, '2026-06-20'), `${kind} at ${state}`).toEqual(['kind']);
  });

  it('a truck that is gone may end a case anywhere on its way', () => {
    for (const facts of [opened(), noticed(), checking()])
      expect(refusedAt(facts, 'close', '2026-06-20', { reason: 'scrapped' })).toEqual([]);
  });
});
