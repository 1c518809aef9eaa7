import type { DaySummary } from '../day/day-summary.ts';
import type { Outcome } from '../finding.ts';
import type { Case } from './case.ts';
import { clear, found, notEvaluated, type Said } from './outcomes.ts';
import { scrCodes } from './scr-codes.ts';

/**
 * R-MIL: the lamp is on in at least half of the day's readings and in at least two of them, or an SCR trouble code is stored (emissions §1.5).
 * A terminal need send its diagnosis only once in 24 h (HJ 1239.1-2021, 5.5.1), and at key-on every lamp is lit: where a day has fewer
 * readings than that, those of the days before are counted along until there are enough.
 */
export function judgeMil(on: Case): Outcome {
  const { day, p } = on;
  if (day === null) return notEvaluated('R-MIL', 'noData');
  if (day.obd.readings === 0) return notEvaluated('R-MIL', 'noObd');
  const counted = enoughReadings(on.days, p.milReadings);
  const readings = sum(counted, ({ obd }) => obd.readings);
  const milOn = sum(counted, ({ obd }) => obd.milOn);
  const scr = scrCodes(day.obd);
  const figures: Said = {
    readings,
    milOn,
    milShare: milOn / readings,
    codes: day.obd.dtcs.map(({ code }) => code).join(', ') || null,
    scrCodes: scr.join(', ') || null,
  };
  const lit = milOn >= p.milReadings && milOn >= p.milShare * readings;
  if (!lit && scr.length === 0) return readings < p.milReadings ? notEvaluated('R-MIL', 'tooFewObd') : clear('R-MIL', figures);
  const from = lit ? counted : [day];
  return found('R-MIL', lit ? 'fault' : 'attention', figures, {
    days: from.map(({ date }) => date),
    stretches: from.flatMap(({ obd: { milSec } }) => (milSec === null ? [] : [{ fromSec: milSec, toSec: milSec }])),
  });
}

/** The latest days that have so many readings together, ascending; all of them when they have less. Days without a reading are left out. */
function enoughReadings(days: readonly DaySummary[], least: number): DaySummary[] {
  const counted: DaySummary[] = [];
  let readings = 0;
  for (let k = days.length - 1; k >= 0 && readings < least; k -= 1) {
    const each = days[k];
    if (each === undefined || each.obd.readings === 0) continue;
    counted.unshift(each);
    readings += each.obd.readings;
  }
  return counted;
}

function sum(days: readonly DaySummary[], of: (day: DaySummary) => number): number {
  return days.reduce((total, day) => total + of(day), 0);
}

/** R-ALARM: the terminal reported that it was opened or unplugged; one record alone is no tampering (HJ 1239.3-2021). */
export function judgeAlarm(on: Case): Outcome {
  const { day } = on;
  if (day === null) return notEvaluated('R-ALARM', 'noData');
  const { tamperSec } = day;
  if (tamperSec.length === 0) return clear('R-ALARM', { events: 0 });
  return found(
    'R-ALARM',
    'attention',
    { events: tamperSec.length },
    {
      days: [day.date],
      stretches: tamperSec.map((at) => ({ fromSec: at, toSec: at })),
    },
  );
}
