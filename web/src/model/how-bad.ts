/** A figure of a finding as the API tells it. */
export interface TellingFigure {
  id: string;
  name: string;
  value: number | string | null;
  unit: string;
  digits: number;
}

/** Figures that say how bad something is, the most telling first. */
const TELLING = [
  'p90',
  'efficiency',
  'ureaShare',
  'shareOver',
  'ratioShare',
  'stuckShare',
  'invalidShare',
  'shareHigh',
  'shareEarly',
  'flatSdPpm',
  'copyR2',
  'hotMeanPpm',
  'fallPct',
  'litres',
  'levelPct',
  'resistanceShare',
  'lowDropShare',
  'visibleEvents',
  'silentH',
  'noxEffectiveRate',
  'transmissionRate',
  'lostS',
  'milShare',
  'trendRise',
] as const;

/** How bad a finding is: its most telling figure, and how often the limit it is when both are in one unit. Null: nothing says it. */
export function howBad(
  figures: readonly TellingFigure[],
  limit: { value: number; unit: string } | null,
): { figure: TellingFigure & { value: number }; ratio: number | null } | null {
  for (const id of TELLING) {
    const figure = figures.find((each) => each.id === id);
    if (!figure || typeof figure.value !== 'number') continue;
    const comparable = limit !== null && limit.unit === figure.unit && limit.value > 0;
    return { figure: { ...figure, value: figure.value }, ratio: comparable ? figure.value / limit.value : null };
  }
  return null;
}
