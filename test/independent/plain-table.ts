import type { FleetDay, FleetSecond } from './plain-fleet.ts';
import { plainFigures } from './plain-sums.ts';

/** A figure by the definitions, with what it rests on. */
export interface PlainFigure {
  readonly value: number | null;
  readonly n: number;
}

/** Truck-days and seconds that belong together. */
export interface PlainGroup {
  readonly keys: readonly (string | number | null)[];
  readonly days: readonly FleetDay[];
  readonly seconds: readonly FleetSecond[];
}

/** What whole truck-days are grouped by, and what their seconds are. */
export const DAY_KEYS = {
  vehicle: ({ truck }) => truck.id,
  enterprise: ({ truck }) => truck.enterprise,
  district: ({ truck }) => truck.district,
  stage: ({ truck }) => truck.stage,
  model: ({ truck }) => truck.model,
  use: ({ truck }) => truck.use,
  month: ({ day }) => day.slice(0, 7),
  day: ({ day }) => day,
  weekday: ({ day }) => ((new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7) + 1,
} as const satisfies Readonly<Record<string, (day: FleetDay) => string | number | null>>;
export const SECOND_KEYS = {
  hour: ({ hour }) => hour,
  speed: ({ speed }) => speed,
  power: ({ power }) => power,
  operation: ({ operation }) => operation,
  mode: ({ mode }) => mode,
  ambient: ({ ambient }) => ambient,
} as const satisfies Readonly<Record<string, (second: FleetSecond) => number | null>>;

/** Anything that can be grouped by. */
export type PlainGrouping = keyof typeof DAY_KEYS | keyof typeof SECOND_KEYS;

function isOfSeconds(by: PlainGrouping): by is keyof typeof SECOND_KEYS {
  return Object.hasOwn(SECOND_KEYS, by);
}

/** Truck-days put together; of seconds, those whose value is known, and the groups in which the engine ran. */
export function plainGroups(days: readonly FleetDay[], by: readonly PlainGrouping[]): PlainGroup[] {
  const divided = by.some(isOfSeconds);
  const groups = new Map<string, { keys: (string | number | null)[]; days: FleetDay[]; seconds: FleetSecond[] }>();
  const at = (keys: (string | number | null)[]) => {
    const name = JSON.stringify(keys);
    const group = groups.get(name) ?? { keys, days: [], seconds: [] };
    groups.set(name, group);
    return group;
  };
  for (const day of days) {
    const keysOf = (second: FleetSecond | null) =>
      by.map((each) => (isOfSeconds(each) ? (second === null ? null : SECOND_KEYS[each](second)) : DAY_KEYS[each](day)));
    if (!divided) {
      const group = at(keysOf(null));
      group.days.push(day);
      group.seconds.push(...day.seconds);
      continue;
    }
    for (const second of day.seconds) {
      const keys = keysOf(second);
      if (by.some((each, i) => isOfSeconds(each) && keys[i] === null)) continue;
      const group = at(keys);
      group.seconds.push(second);
      if (second.point.on && !group.days.includes(day)) group.days.push(day);
    }
  }
  const all = [...groups.values()];
  return divided ? all.filter(({ seconds }) => seconds.some(({ point }) => point.on)) : all;
}

const pct = (part: number | null, whole: number): number | null => (part === null || !(whole > 0) ? null : (100 * part) / whole);

/** Every figure of a group that a division of the day leaves, or of whole days. */
export function plainTable({ days, seconds }: PlainGroup): Readonly<Record<string, PlainFigure>> {
  const sums = plainFigures(seconds);
  const isValid = ({ point }: FleetSecond): boolean => point.on && point.fit && point.gramsPerS !== null;
  const noxDays = days.filter((day) =>
    seconds.some((second) => second.truck === day.truck && second.day === day.day && isValid(second)),
  );
  const withData = days.filter(({ samples }) => samples > 0);
  const trucks = (some: readonly FleetDay[]): number => new Set(some.map(({ truck }) => truck.id)).size;
  const add = (of: (day: FleetDay) => number): number => days.reduce((sum, day) => sum + of(day), 0);
  const filled = withData.filter(({ filledG }) => filledG !== null);
  const ofSums = (value: number | null, n: number): PlainFigure => ({ value: withData.length === 0 ? null : value, n });
  const sumsOver = (ids: readonly string[], n: number) => ids.map((id) => [id, ofSums(sums[id] ?? null, n)] as const);
  const judged = trucks(days.filter((day) => day.judged));
  const judgedDay = trucks(days.filter((day) => day.judgedDay));
  const [received, due] = [add((day) => day.received), add((day) => day.due)];
  const valid = withData.length === 0 ? null : add((day) => day.valid ?? 0);
  const known = noxDays.length > 0 || filled.length > 0;
  return {
    ...Object.fromEntries(
      sumsOver(
        ['noxKg', 'noxKgPerDay', 'noxGPerKm', 'noxGPerKwh', 'noxGPerKgFuel', 'noxGPerHour', 'idleNoxGPerHour'],
        noxDays.length,
      ),
    ),
    ...Object.fromEntries(
      sumsOver(
        ['co2Kg', 'co2GPerKm', 'fuelKg', 'fuelLPer100Km', 'workKwh', 'distanceKm', 'engineHours', 'noxValidShare'],
        withData.length,
      ),
    ),
    noxFilledKg: {
      value: known ? (sums.noxKg ?? 0) + filled.reduce((sum, day) => sum + (day.filledG ?? 0), 0) / 1000 : null,
      n: noxDays.length,
    },
    exceedanceRate: { value: pct(trucks(days.filter(({ over }) => over)), judged), n: judged },
    complianceRate: { value: pct(judged - trucks(days.filter(({ over }) => over)), judged), n: judged },
    exceedanceA2Rate: { value: pct(trucks(days.filter(({ overDay }) => overDay)), judgedDay), n: judgedDay },
    transmissionRate: { value: pct(received, due), n: withData.length },
    validRate: { value: pct(valid, received), n: withData.length },
    effectiveRate: { value: pct(valid, due), n: withData.length },
    onlineRate: { value: pct(withData.length, days.length), n: days.length },
    connectedRate: { value: pct(trucks(withData), trucks(days)), n: trucks(days) },
  };
}
