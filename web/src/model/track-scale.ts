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

/** Metres of a degree of latitude. */
export const M_PER_DEG = 111_320;

/**
 * Fits a box into a drawing with a margin: equirectangular about its middle latitude, so that a kilometre is as long to the east as to the
 * north. Also how many pixels a metre has.
 */
export function fitBox(box: Box, width: number, height: number, margin: number): { project: Project; pxPerM: number } {
  const middle = (box.south + box.north) / 2;
  const shrink = Math.cos((middle * Math.PI) / 180);
  // A truck that stood still gets a kilometre around it.
  const spanX = Math.max((box.east - box.west) * shrink, 0.01);
  const spanY = Math.max(box.north - box.south, 0.01);
  const scale = Math.min((width - 2 * margin) / spanX, (height - 2 * margin) / spanY);
  const centreX = (box.west + box.east) / 2;
  return {
    project: (lon, lat) => ({
      x: width / 2 + (lon - centreX) * shrink * scale,
      y: height / 2 - (lat - middle) * scale,
    }),
    pxPerM: scale / M_PER_DEG,
  };
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
