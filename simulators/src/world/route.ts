import {
  type District,
  JOURNEYS,
  type JourneyPlan,
  MOUNTAIN_JOURNEYS,
  ROADS,
  type RoadName,
  type RoadPoint,
  TOWN_JOURNEYS,
} from './places.ts';

/** A road to drive, cut into short straight pieces. All arrays have one entry a vertex, in driving order. */
export interface Route {
  /** Whole length [m]. */
  readonly lengthM: number;
  /** Distance of the vertex from the start [m]; first 0, last `lengthM`. */
  readonly atM: Float64Array;
  readonly lonDeg: Float64Array;
  readonly latDeg: Float64Array;
  readonly elevationM: Float64Array;
  /** Usual speed [km/h] from this vertex to the next. */
  readonly usualKmh: Float64Array;
}

/** A way out from home and the same way back. */
export interface Journey {
  readonly out: Route;
  readonly back: Route;
  readonly loaded: 'out' | 'back';
}

/** Straight pieces between two drawn points: enough that a curve is smooth on a map. */
const PIECES = 10;
const EARTH_RADIUS_M = 6_371_008.8;

/** Centripetal-like smoothing of one coordinate: the cubic of Catmull and Rom through p1 … p2. */
function catmullRom(p0: number, p1: number, p2: number, p3: number, t: number): number {
  const a = -p0 + 3 * p1 - 3 * p2 + p3;
  const b = 2 * p0 - 5 * p1 + 4 * p2 - p3;
  return p1 + 0.5 * t * (p2 - p0 + t * (b + t * a));
}

/** Distance on the sphere [m]. */
export function distanceM(lonA: number, latA: number, lonB: number, latB: number): number {
  const rad = Math.PI / 180;
  const half =
    Math.sin(((latB - latA) * rad) / 2) ** 2 +
    Math.cos(latA * rad) * Math.cos(latB * rad) * Math.sin(((lonB - lonA) * rad) / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(half));
}

function drawnPoints(name: RoadName | `-${RoadName}`): RoadPoint[] {
  if (!name.startsWith('-')) return [...ROADS[name as RoadName]];
  return reversed(ROADS[name.slice(1) as RoadName]);
}

function reversed(points: readonly RoadPoint[]): RoadPoint[] {
  return points.map((_, index) => {
    const at = points[points.length - 1 - index] as RoadPoint;
    const before = points[Math.max(0, points.length - 2 - index)] as RoadPoint;
    return [at[0], at[1], at[2], before[3]];
  });
}

function build(points: readonly RoadPoint[]): Route {
  const count = (points.length - 1) * PIECES + 1;
  const route = {
    atM: new Float64Array(count),
    lonDeg: new Float64Array(count),
    latDeg: new Float64Array(count),
    elevationM: new Float64Array(count),
    usualKmh: new Float64Array(count),
  };
  for (let v = 0; v < count; v += 1) {
    const leg = Math.min(Math.floor(v / PIECES), points.length - 2);
    const t = v / PIECES - leg;
    const pick = (offset: number): RoadPoint => points[Math.min(points.length - 1, Math.max(0, leg + offset))] as RoadPoint;
    const [p0, p1, p2, p3] = [pick(-1), pick(0), pick(1), pick(2)];
    route.lonDeg[v] = catmullRom(p0[0], p1[0], p2[0], p3[0], t);
    route.latDeg[v] = catmullRom(p0[1], p1[1], p2[1], p3[1], t);
    route.elevationM[v] = p1[2] + (p2[2] - p1[2]) * t;
    route.usualKmh[v] = p1[3];
    if (v > 0) {
      const step = distanceM(route.lonDeg[v - 1] ?? 0, route.latDeg[v - 1] ?? 0, route.lonDeg[v] ?? 0, route.latDeg[v] ?? 0);
      route.atM[v] = (route.atM[v - 1] ?? 0) + step;
    }
  }
  return { lengthM: route.atM[count - 1] ?? 0, ...route };
}

function journeyPoints(plan: JourneyPlan): RoadPoint[] {
  const points: RoadPoint[] = [];
  for (const name of plan.roads) {
    const next = drawnPoints(name);
    if (points.length > 0) points.pop();
    points.push(...next);
  }
  return points;
}

const built = new Map<JourneyPlan, Journey>();

/** The journeys of a home district, as routes out and back. The same object for the same district. */
export function journeysOf(district: District): readonly Journey[] {
  return journeysFrom(JOURNEYS[district]);
}

/** The journeys of a truck that works about the town: short, with many stops. The same objects at every call. */
export function townJourneys(): readonly Journey[] {
  return journeysFrom(TOWN_JOURNEYS);
}

/** The journeys of a truck that works in the mountains, from Fukang up to 1,910 m. The same objects at every call. */
export function mountainJourneys(): readonly Journey[] {
  return journeysFrom(MOUNTAIN_JOURNEYS);
}

function journeysFrom(plans: readonly JourneyPlan[]): readonly Journey[] {
  return plans.map((plan) => {
    const known = built.get(plan);
    if (known !== undefined) return known;
    const points = journeyPoints(plan);
    const journey = { out: build(points), back: build(reversed(points)), loaded: plan.loaded };
    built.set(plan, journey);
    return journey;
  });
}
