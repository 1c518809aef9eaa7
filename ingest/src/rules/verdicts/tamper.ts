import type { Outcome, RuleId } from '../finding.ts';
import type { Case } from './case.ts';
import { clear, found, notEvaluated, type Said } from './outcomes.ts';

/**
 * Tests that are independent of one another: each group asks another question, and however many of a group speak, it counts once.
 * - shape: the signal does not live with the engine. A flat signal is stuck (T1), flat (T2) and does not fall in overrun (T4): one cause,
 *   three symptoms; a sensor that is merely broken shows all of them.
 * - copy: one sensor repeats the other (T3).
 * - readiness: a reading when no sensor can have one (T5).
 * - consumption: a clean exhaust without the urea it takes (T6).
 * - device: the terminal's own record that it was opened or unplugged.
 * Not counted: T7 and T9, U1 and U2, which an honest defect causes as easily: a dosing valve that is stuck, a cable that broke; and T8,
 * which compares with other trucks: one that drives other roads, in the mountains say, lies elsewhere too.
 */
export const INDEPENDENT_TESTS: Readonly<Record<string, readonly RuleId[]>> = {
  shape: ['R-T1', 'R-T2', 'R-T4'],
  copy: ['R-T3'],
  readiness: ['R-T5'],
  consumption: ['R-T6'],
  device: ['R-ALARM'],
};

/**
 * R-TAMPER: at least two independent tests within the last days, one of them on the day itself (emissions §5.4). A test that adds up
 * several days counts on those alone that gave it something to count. [eng]
 */
export function judgeTamper(on: Case): Outcome {
  const { day, p } = on;
  if (day === null) return notEvaluated('R-TAMPER', 'noData');
  const groups: string[] = [];
  const rules = new Set<RuleId>();
  const dates = new Set<string>();
  let today = false;
  let asked = 0;
  for (const [group, members] of Object.entries(INDEPENDENT_TESTS)) {
    let speaks = false;
    for (const { date } of on.last(p.testDays))
      for (const rule of members) {
        const said = on.at(date).outcome(rule);
        if (rule !== 'R-ALARM' && said.outcome !== 'notEvaluated') asked += 1;
        if (said.outcome !== 'found' || !said.days.includes(date)) continue;
        speaks = true;
        rules.add(rule);
        dates.add(date);
        today ||= date === day.date;
      }
    if (speaks) groups.push(group);
  }
  const figures: Said = {
    tests: [...rules].join(', ') || null,
    groups: groups.join(', ') || null,
    independentTests: groups.length,
  };
  if (asked === 0) return notEvaluated('R-TAMPER', 'noTestPossible', figures);
  if (!today || groups.length < p.tamperTests) return clear('R-TAMPER', figures);
  return found('R-TAMPER', 'suspected', figures, { days: [...dates].sort() });
}
