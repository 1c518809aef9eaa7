import { beijingDay } from '../outcome.ts';
import { type Difference, shown } from './differences.ts';
import { type Pack, SAMPLE_DAYS } from './format.ts';

const DAY_S = 86_400;

/** The days of a finding whose samples and messages belong into its pack: the newest that it names and that have samples. */
export function decidingDays(named: readonly string[], withSamples: ReadonlySet<string>): string[] {
  return [...new Set(named)]
    .filter((date) => withSamples.has(date))
    .sort()
    .slice(-SAMPLE_DAYS);
}

/** Whether the parts of a pack are of one truck and of the same days: nothing that should be made again may be missing, doubled or of another. */
export function checkConsistency(pack: Pack): Difference[] {
  const { days, inputs, finding, context, frames } = pack.sections;
  const differences: Difference[] = [];
  const differ = (path: string, stored: unknown, expected: unknown, says: string): void => {
    const section = path.split(/[.[]/)[0] ?? path;
    differences.push({ section, path: `sections.${path}`, stored: shown(stored), recomputed: shown(expected), says });
  };
  const isTruck = (path: string, vin: unknown): void => {
    if (vin !== finding.vin) differ(path, vin, finding.vin, 'is of another truck than the finding');
  };
  isTruck('context.facts.vin', context.facts.vin);
  inputs.forEach((day, at) => {
    isTruck(`inputs[${at}].facts.vin`, day.facts.vin);
  });
  days.forEach((day, at) => {
    isTruck(`days[${at}].summary.facts.vin`, day.summary.facts?.vin);
    if (day.summary.date !== day.date) differ(`days[${at}].date`, day.date, day.summary.date, 'the summary is of another day');
    const before = days[at - 1];
    if (before && before.date >= day.date) differ(`days[${at}].date`, day.date, `after ${before.date}`, 'days are not in order');
    const held = inputs.some((each) => each.date === day.date);
    if (held !== (day.from !== 'nothing'))
      differ(
        `days[${at}].from`,
        day.from,
        held ? 'samples' : 'nothing',
        'the pack holds something else to make this day again from',
      );
  });
  const withSamples = new Set(days.filter((day) => day.summary.samples > 0).map((day) => day.date));
  const expected = decidingDays(finding.outcome.days, withSamples);
  const held = inputs.map((day) => day.date);
  if (shown(expected) !== shown(held)) differ('inputs', held, expected, 'the samples are not those of the deciding days');
  inputs.forEach((day, at) => {
    if (beijingDay(day.fromSec) !== day.date || beijingDay(day.fromSec - 1) === day.date)
      differ(`inputs[${at}].fromSec`, day.fromSec, day.date, 'is not the beginning of the day in Beijing');
    if (day.toSec !== day.fromSec + DAY_S)
      differ(`inputs[${at}].toSec`, day.toSec, day.fromSec + DAY_S, 'is not the end of the day');
  });
  frames?.days.forEach(({ date }, at) => {
    if (!held.includes(date) || frames.days.findIndex((each) => each.date === date) !== at)
      differ(`frames.days[${at}].date`, date, held, 'is not one deciding day');
  });
  return differences;
}
