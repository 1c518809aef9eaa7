import { describe, expect, it } from 'vitest';
import { ruleRow } from './catalogue/rules.ts';
import type { Level, RuleId } from './finding.ts';
import { findingId } from './finding-id.ts';
import { compareLeads, type LeadEvent } from './lead-events.ts';
import { type FoldedOutcome, foldLeads, type JudgedDay, type Lead } from './leads.ts';
import { daysAgo, NUMBERS } from './verdicts/test-kit.ts';

const VIN = 'LSTESTTRUCK000001';

const found = (rule: RuleId, level: Level): FoldedOutcome => ({ outcome: 'found', rule, level, cause: ruleRow(rule).cause });
const clear = (rule: RuleId): FoldedOutcome => ({ outcome: 'clear', rule });
const unasked = (rule: RuleId): FoldedOutcome => ({ outcome: 'notEvaluated', rule });

/** Days up to today of R-A2 and R-A3: `p` both found, `s` only R-A2, `-` both clear, `?` not evaluated, ` ` no day. */
function days(marks: string): JudgedDay[] {
  return [...marks].flatMap((mark, i): JudgedDay[] => {
    const date = daysAgo(marks.length - 1 - i);
    const two = (a2: FoldedOutcome, a3: FoldedOutcome): JudgedDay[] => [{ date, outcomes: [a2, a3] }];
    if (mark === 'p') return two(found('R-A2', 'suspected'), found('R-A3', 'probable'));
    if (mark === 's') return two(found('R-A2', 'suspected'), clear('R-A3'));
    if (mark === '-') return two(clear('R-A2'), clear('R-A3'));
    return mark === '?' ? two(unasked('R-A2'), unasked('R-A3')) : [];
  });
}

const closeAfterOn = () => NUMBERS.verdicts.closeAfterDays;

const fold = (marks: string): Lead[] => foldLeads(VIN, days(marks), closeAfterOn);

describe('the id of a finding', () => {
  it('is the first 16 hexadecimal digits of SHA-256 of vin, rule and date (printf … | sha256sum)', () => {
    expect(findingId('LZZ1CLVB5NA000001', 'R-A2', '2026-11-24')).toBe('bed5c344622fcaff');
  });
});

describe('leads are the fold of findings of one cause', () => {
  it('one lead while findings follow, with the id of the first and the highest level', () => {
    const [lead, ...more] = fold('-ssp');
    expect(more).toEqual([]);
    expect(lead).toMatchObject({
      id: findingId(VIN, 'R-A2', daysAgo(2)),
      cause: 'overLimit',
      level: 'probable',
      firstDay: daysAgo(2),
      lastDay: daysAgo(0),
      state: 'open',
      closedDay: null,
    });
    expect(lead?.findings.map((each) => each.rule)).toEqual(['R-A2', 'R-A2', 'R-A2', 'R-A3']);
  });

  it('closes by the number that is in force on the day', () => {
    const onToday = (date: string) => (date === daysAgo(0) ? 2 : 9);
    expect(foldLeads(VIN, days('s---'), onToday)).toMatchObject([{ state: 'closed', clearDays: 3, closedDay: daysAgo(0) }]);
  });

  it.each([
    ['s----', 'open', 4, 'four evaluated clear days are too few'],
    ['s-----', 'closed', 5, 'five close it'],
    ['s--?--', 'open', 4, 'a day that could not be evaluated counts for neither side'],
    ['s-- -- -', 'closed', 5, 'nor does a day without samples'],
    ['s---s---', 'open', 3, 'a finding begins the count again'],
  ] as const)('%s: %s after %d clear days, for %s', (marks, state, clearDays, _what) => {
    expect(fold(marks)).toMatchObject([{ state, clearDays }]);
  });

  it('opens another one after it closed', () => {
    const leads = fold('s-----s');
    expect(leads.map((each) => [each.state, each.firstDay])).toEqual([
      ['closed', daysAgo(6)],
      ['open', daysAgo(0)],
    ]);
    expect(leads[0]?.closedDay).toBe(daysAgo(1));
    expect(leads[0]?.id).not.toBe(leads[1]?.id);
  });

  it('is not closed by days on which only one of its rules is clear', () => {
    const half = (date: string): JudgedDay => ({ date, outcomes: [clear('R-A2'), unasked('R-A3')] });
    const leads = foldLeads(
      VIN,
      [...days('p      ').slice(0, 1), ...[5, 4, 3, 2, 1, 0].map((ago) => half(daysAgo(ago)))],
      closeAfterOn,
    );
    expect(leads).toMatchObject([{ state: 'open', clearDays: 0 }]);
  });

  it('makes none of events, nor of attention alone', () => {
    const day: JudgedDay = {
      date: daysAgo(0),
      outcomes: [
        found('R-FUEL-REFILL', 'event'),
        found('R-A1', 'attention'),
        found('R-U1', 'attention'),
        found('R-OFFLINE', 'attention'),
      ],
    };
    expect(foldLeads(VIN, [day], closeAfterOn)).toEqual([]);
  });

  it('makes one of the attention that its row says', () => {
    const day: JudgedDay = { date: daysAgo(0), outcomes: [found('R-FUEL-THEFT', 'attention'), found('R-ALARM', 'attention')] };
    expect(foldLeads(VIN, [day], closeAfterOn).map((each) => each.cause)).toEqual(['tamper', 'fuelTank']);
  });

  it('shows attention of the same cause within a lead, which neither opens nor keeps it', () => {
    const a1 = (date: string, more: readonly FoldedOutcome[]): JudgedDay => ({
      date,
      outcomes: [found('R-A1', 'attention'), ...more],
    });
    const leads = foldLeads(
      VIN,
      [
        a1(daysAgo(6), []),
        a1(daysAgo(5), [found('R-A2', 'suspected')]),
        ...[4, 3, 2, 1, 0].map((ago) => a1(daysAgo(ago), [clear('R-A2')])),
      ],
      closeAfterOn,
    );
    expect(leads).toMatchObject([
      { id: findingId(VIN, 'R-A2', daysAgo(5)), firstDay: daysAgo(5), lastDay: daysAgo(5), state: 'closed' },
    ]);
    expect(leads[0]?.findings.filter((each) => each.rule === 'R-A1')).toHaveLength(6);
  });

  it('keeps causes apart, and folds different rules of one', () => {
    const day: JudgedDay = {
      date: daysAgo(0),
      outcomes: [found('R-E1', 'fault'), found('R-T7', 'fault'), found('R-U2', 'fault')],
    };
    expect(foldLeads(VIN, [day], closeAfterOn).map((each) => [each.cause, each.findings.length])).toEqual([
      ['scrFault', 2],
      ['urea', 1],
    ]);
  });

  it('is the same whatever order the days come in', () => {
    const all = days('ssp-?-s--p-----s');
    expect(foldLeads(VIN, [...all].reverse(), closeAfterOn)).toEqual(foldLeads(VIN, all, closeAfterOn));
  });
});

describe('what became of leads from one folding to the next', () => {
  const kinds = (events: readonly LeadEvent[]): [string, string][] => events.map((each) => [each.kind, each.reason]);
  const changed = (before: string, after: string): LeadEvent[] => compareLeads(fold(before), fold(after), days(after));

  it.each([
    ['----', '---s', [['opened', 'firstFinding']]],
    ['-s- ', '-s-s', [['extended', 'newFindings']]],
    [
      '-s- ',
      '-s-p',
      [
        ['extended', 'levelRaised'],
        ['extended', 'newFindings'],
      ],
    ],
    ['--s', '--s', []],
    ['s---- ', 's-----', [['closed', 'clearDays']]],
    [
      '------',
      's-----',
      [
        ['opened', 'firstFinding'],
        ['closed', 'clearDays'],
      ],
    ],
    ['-sss', '-ss-', [['extended', 'findingsGone']]],
    [
      '-ssp',
      '-sss',
      [
        ['extended', 'levelLowered'],
        ['extended', 'findingsGone'],
      ],
    ],
    ['--s-', '----', [['withdrawn', 'nowClear']]],
    ['--s-', '--?-', [['withdrawn', 'nowNotEvaluated']]],
    ['--s-', '-- -', [['withdrawn', 'noFindings']]],
  ] as const)('%s → %s: %j', (before, after, expected) => {
    expect(kinds(changed(before, after))).toEqual(expected);
  });

  it('is the same lead when late data bring an earlier first finding, and tells its former id', () => {
    const [event, ...others] = changed('---s', '-s-s');
    expect(event).toMatchObject({
      kind: 'extended',
      reason: 'earlierFinding',
      leadId: findingId(VIN, 'R-A2', daysAgo(2)),
      formerId: findingId(VIN, 'R-A2', daysAgo(0)),
      figures: { firstDay: daysAgo(2), firstDayBefore: daysAgo(0) },
    });
    // The former id ends, and names the one under which its findings stand.
    expect(kinds(others)).toEqual([
      ['extended', 'newFindings'],
      ['withdrawn', 'mergedInto'],
    ]);
    expect(others[1]).toMatchObject({
      leadId: findingId(VIN, 'R-A2', daysAgo(0)),
      figures: { lead: findingId(VIN, 'R-A2', daysAgo(2)), firstDay: daysAgo(2) },
    });
  });

  it('withdraws a lead that became part of another', () => {
    const events = changed('s-----s', 's--s--s');
    expect(kinds(events)).toEqual([
      ['extended', 'newFindings'],
      ['reopened', 'findingsAgain'],
      ['withdrawn', 'mergedInto'],
    ]);
    expect(events[2]).toMatchObject({
      leadId: findingId(VIN, 'R-A2', daysAgo(0)),
      figures: { lead: findingId(VIN, 'R-A2', daysAgo(6)) },
    });
  });

  it('opens the second part of a lead that came apart', () => {
    const events = changed('s--s--s', 's-----s');
    expect(kinds(events)).toEqual([
      ['extended', 'findingsGone'],
      ['closed', 'clearDays'],
      ['opened', 'firstFinding'],
    ]);
  });

  it('gives numbers of the reason', () => {
    expect(changed('--s-', '--?-')[0]?.figures).toEqual({
      findings: 1,
      firstDay: daysAgo(1),
      lastDay: daysAgo(1),
      clear: 0,
      notEvaluated: 1,
    });
    expect(changed('-s- ', '-s-p')[0]?.figures).toEqual({ levelBefore: 'suspected', level: 'probable' });
  });
});
