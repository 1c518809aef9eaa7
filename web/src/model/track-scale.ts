/** A box on the earth [degrees]. */
export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** Where a place lies on a drawing [px]. */
export type Project = (lon: number, lat: number) => { x: number; y: number };

/** The box around places; undefined without any. */
export function boxOf(lon: readonly number[], lat: readonly number[]): Box | undefined {
  if (lon.length === 0) return undefined;
  let [west = 0] = lon;
  let [south = 0] = lat;
  let east = west;
  let north = south;
  for (let i = 0; i < lon.length; i += 1) {
    west = Math.min(west, lon[i] ?? west);
    east = Math.max(east, lon[i] ?? east);
    south = Math.min(south, lat[i] ?? south);
    north = Math.max(north, lat[i] ?? north);
  }
  return { west, south, east, north };
}

/** Length of the equator [m], as Web Mercator has it (EPSG:3857). */
const EQUATOR_M = 40_075_016.686;

/** A place on the square of Web Mercator, 0 … 1 to the east and to the south: what map tiles are cut from. */
export function worldOf(lon: number, lat: number): { x: number; y: number } {
  const s = Math.sin((lat * Math.PI) / 180);
  return { x: (lon + 180) / 360, y: 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI) };
}

/** A drawing of a box: where a place lies, how many pixels a metre has in its middle, and the stretch of the world square it shows. */
export interface Fit {
  project: Project;
  pxPerM: number;
  /** Pixels of the whole world square, and where its corner lies on the drawing. */
  world: { px: number; left: number; top: number };
}

/** Fits a box into a drawing with a margin, in Web Mercator: true to shape, so that a kilometre is as long to the east as to the north. */
export function fitBox(box: Box, width: number, height: number, margin: number): Fit {
  const nw = worldOf(box.west, box.north);
  const se = worldOf(box.east, box.south);
  const latitude = (box.south + box.north) / 2;
  const metre = 1 / (EQUATOR_M * Math.cos((latitude * Math.PI) / 180));
  // A truck that stood still gets a kilometre around it.
  const least = 1000 * metre;
  const px = Math.min((width - 2 * margin) / Math.max(se.x - nw.x, least), (height - 2 * margin) / Math.max(se.y - nw.y, least));
  const left = width / 2 - ((nw.x + se.x) / 2) * px;
  const top = height / 2 - ((nw.y + se.y) / 2) * px;
  return {
    project: (lon, lat) => {
      const { x, y } = worldOf(lon, lat);
      return { x: left + x * px, y: top + y * px };
    },
    pxPerM: px * metre,
    world: { px, left, top },
  };
}

const TILE_PX = 256;
const MOST_ZOOM = 17;

/** The tiles that cover a drawing, each with its place and size on it: of the zoom at which a tile is nearest to its own size. */
export function tilesOf(
  fit: Fit,
  width: number,
  height: number,
): { z: number; x: number; y: number; left: number; top: number; px: number }[] {
  const { px, left, top } = fit.world;
  const z = Math.max(0, Math.min(MOST_ZOOM, Math.round(Math.log2(px / TILE_PX))));
  const count = 2 ** z;
  const size = px / count;
  const tiles: { z: number; x: number; y: number; left: number; top: number; px: number }[] = [];
  for (let y = Math.max(0, Math.floor(-top / size)); y < count && top + y * size < height; y += 1)
    for (let x = Math.max(0, Math.floor(-left / size)); x < count && left + x * size < width; x += 1)
      tiles.push({ z, x, y, left: left + x * size, top: top + y * size, px: size });
  return tiles;
}

/** A round length [m] that is at most so many pixels long. */
export function scaleBar(pxPerM: number, mostPx: number): { metres: number; px: number } {
  const most = mostPx / pxPerM;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = [5, 2, 1].map((n) => n * power).find((each) => each <= most) ?? power;
  return { metres, px: metres * pxPerM };
}

/** Steps of a colour scale: least and largest value of those that are there, rounded outwards. */
export function colourRange(values: readonly (number | null)[]): { least: number; most: number } | undefined {
  const known = values.filter((each) => each !== null);
  if (known.length === 0) return undefined;
  const least = known.reduce((a, b) => Math.min(a, b));
  const most = known.reduce((a, b) => Math.max(a, b));
  return most > least ? { least, most } : { least, most: least + 1 };
}

/** Place of the last time that is not after a moment; −1 when all are. Times ascend. */
export function placeAt(times: readonly number[], sec: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= sec) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
