import type { Point } from './plain-day.ts';

/** What a second of a truck counts for, and where it belongs. Written from the definitions, for reading. */
export interface PlainSecond {
  readonly vehicle: number;
  readonly day: string;
  readonly hour: number;
  readonly speed: number | null;
  readonly power: number | null;
  readonly operation: number | null;
  readonly ambient: number | null;
  readonly point: Point;
}

/** Sorts the points of a truck into days, hours and bins by the words of the definitions. */
export function plainSeconds(vehicle: number, points: readonly Point[], ratedKw: number): PlainSecond[] {
  return points.map((point) => {
    const beijing = new Date((point.time + 8 * 3600) * 1000).toISOString();
    const kmh = point.row.speedKmh ?? null;
    const share = point.kw === null ? null : point.kw / ratedKw;
    return {
      vehicle,
      day: beijing.slice(0, 10),
      hour: Number(beijing.slice(11, 13)),
      speed: kmh === null ? null : kmh < 1 ? 0 : kmh >= 110 ? 12 : Math.floor(kmh / 10) + 1,
      power: share === null ? null : share < 0 ? 0 : share >= 0.9 ? 10 : Math.floor(share * 10) + 1,
      operation: operationOf(kmh, share),
      ambient: point.row.ambientC === null ? null : Math.floor(point.row.ambientC / 5),
      point,
    };
  });
}

function operationOf(kmh: number | null, share: number | null): number | null {
  if (kmh === null) return null;
  if (kmh < 1) return 0;
  if (share === null) return null;
  const speed = kmh < 16 ? 0 : kmh < 40 ? 1 : kmh < 64 ? 2 : 3;
  const power = share <= 0.25 ? 0 : share <= 0.5 ? 1 : 2;
  return 1 + 3 * speed + power;
}

/** Figures of some seconds by the definitions; null where there is nothing to divide by. `days`: truck-days with a valid NOx mass. */
export function plainFigures(seconds: readonly PlainSecond[]): Record<string, number | null> {
  const sum = (of: (point: Point) => number | null): number => seconds.reduce((total, { point }) => total + (of(point) ?? 0), 0);
  const valid = (point: Point): boolean => point.on && point.fit && point.gramsPerS !== null;
  const grams = (point: Point): number => (point.gramsPerS ?? 0) * point.seconds;
  const kwh = (point: Point): number => (Math.max(0, point.kw ?? 0) * point.seconds) / 3600;
  const kg = (point: Point): number => ((point.fuelKgh ?? 0) * point.seconds) / 3600;
  const km = (point: Point): number => ((point.row.speedKmh ?? 0) * point.seconds) / 3600;
  const hasKm = (point: Point): boolean => point.row.speedKmh != null;
  const over = (a: number, b: number): number | null => (b > 0 ? a / b : null);
  const nox = sum((p) => (valid(p) ? grams(p) : 0));
  const noxS = sum((p) => (valid(p) ? p.seconds : 0));
  const onS = sum((p) => (p.on ? p.seconds : 0));
  const fuel = sum((p) => (p.on ? kg(p) : 0));
  const distance = sum((p) => (hasKm(p) ? km(p) : 0));
  const idle = (p: Point): boolean => valid(p) && hasKm(p) && (p.row.speedKmh ?? 0) < 1;
  const days = new Set(seconds.filter(({ point }) => valid(point)).map(({ vehicle, day }) => `${vehicle} ${day}`)).size;
  const co2 = fuel * 1000 * ((0.866 * 44.0095) / 12.011);
  const scaled = (value: number | null, by: number): number | null => (value === null ? null : value * by);
  return {
    noxKg: noxS > 0 ? nox / 1000 : null,
    noxKgPerDay: scaled(over(nox, days), 0.001),
    noxGPerKm: over(
      sum((p) => (valid(p) && hasKm(p) ? grams(p) : 0)),
      sum((p) => (valid(p) && hasKm(p) ? km(p) : 0)),
    ),
    noxGPerKwh: over(
      sum((p) => (valid(p) && p.kw !== null ? grams(p) : 0)),
      sum((p) => (valid(p) && p.kw !== null ? kwh(p) : 0)),
    ),
    noxGPerKgFuel: over(
      sum((p) => (valid(p) && p.fuelKgh !== null ? grams(p) : 0)),
      sum((p) => (valid(p) && p.fuelKgh !== null ? kg(p) : 0)),
    ),
    noxGPerHour: scaled(over(nox, noxS), 3600),
    idleNoxGPerHour: scaled(
      over(
        sum((p) => (idle(p) ? grams(p) : 0)),
        sum((p) => (idle(p) ? p.seconds : 0)),
      ),
      3600,
    ),
    co2Kg: co2 / 1000,
    co2GPerKm: over(co2, distance),
    fuelKg: fuel,
    fuelLPer100Km: scaled(over(fuel / 0.835, distance), 100),
    workKwh: sum((p) => (p.on ? kwh(p) : 0)),
    distanceKm: distance,
    engineHours: onS / 3600,
    noxValidShare: scaled(over(noxS, onS), 100),
  };
}
