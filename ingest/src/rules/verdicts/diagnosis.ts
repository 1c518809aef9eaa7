import type { Outcome } from '../finding.ts';
import type { Case } from './case.ts';
import { clear, found, notEvaluated, type Said } from './outcomes.ts';
import { scrCodes } from './scr-codes.ts';

/** R-MIL: the lamp is on in at least half of the day's readings and more than one of them, or an SCR trouble code is stored (emissions §1.5). */
export function judgeMil(on: Case): Outcome {
  const { day, p } = on;
  if (day === null) return notEvaluated('R-MIL', 'noData');
  const { readings, milOn, dtcs, milSec } = day.obd;
  if (readings === 0) return notEvaluated('R-MIL', 'noObd');
  const codes = dtcs.map(({ code }) => code);
  const scr = scrCodes(day.obd);
  const figures: Said = {
    readings,
    milOn,
    milShare: milOn / readings,
    codes: codes.join(', ') || null,
    scrCodes: scr.join(', ') || null,
  };
  const lit = milOn >= Math.min(p.milReadings, readings) && milOn >= p.milShare * readings && milOn > 0;
  if (!lit && scr.length === 0) return clear('R-MIL', figures);
  return found('R-MIL', lit ? 'fault' : 'attention', figures, {
    days: [day.date],
    stretches: milSec === null ? [] : [{ fromSec: milSec, toSec: milSec }],
  });
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
