import type { DayObd } from './day-input.ts';
import type { ObdDay } from './day-summary.ts';

/** Occurrence count at the end of a stored trouble code: `SPN 4364 FMI 18 OC 1`. */
const OCCURRENCES = /\s+OC\s+\d+$/;

/** The OBD blocks of a day: how often the lamp was on and which codes stood, whatever their occurrence counts. */
export function obdDay(blocks: readonly DayObd[], fromSec: number, toSec: number): ObdDay {
  const day = blocks.filter(({ timeSec }) => timeSec >= fromSec && timeSec < toSec);
  const lit = day.filter(({ mil }) => mil === true);
  const readings = new Map<string, number>();
  for (const { dtcs } of day) {
    const codes = new Set(dtcs.map((dtc) => dtc.replace(OCCURRENCES, '')));
    for (const code of codes) readings.set(code, (readings.get(code) ?? 0) + 1);
  }
  return {
    readings: day.length,
    milOn: lit.length,
    dtcs: [...readings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, n]) => ({ code, readings: n })),
    milSec: lit.reduce<number | null>((first, { timeSec }) => (first === null || timeSec < first ? timeSec : first), null),
  };
}
