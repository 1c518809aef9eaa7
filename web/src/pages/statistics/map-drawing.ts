import { THIN } from '../../model/format.ts';
import { boxOf, fitBox, type Project, scaleBar } from '../../model/track-scale.ts';

const MARGIN_PX = 26;
/** Shades from little to much, in one hue. */
export const SHADES = 7;

/** Cells with the value that each is coloured by (null: none), and the roads beneath. */
export interface MapDrawing {
  readonly cellDeg: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly values: readonly (number | null)[];
  readonly hot: readonly number[];
  readonly roads: { readonly stepDeg: number; readonly pieces: readonly number[] } | null;
  readonly layer: 'cells' | 'roads';
  readonly dark: boolean;
  readonly colours: { readonly line: string; readonly quiet: string; readonly over: string; readonly strong: string };
  readonly north: string;
}

/** Shade of a share 0 … 1. */
export function shade(share: number, dark: boolean): string {
  const step = Math.min(SHADES - 1, Math.floor(share * SHADES)) / (SHADES - 1);
  return dark ? `hsl(${50 - 46 * step} 85% ${30 + 34 * step}%)` : `hsl(${50 - 46 * step} 85% ${80 - 42 * step}%)`;
}

/** Least and greatest value of a colour scale: the 2nd and 98th percentile, so that one cell does not fade all others. */
export function scaleOf(values: readonly (number | null)[]): { least: number; most: number } | null {
  const known = values.filter((each) => each !== null).sort((a, b) => a - b);
  const at = (share: number) => known[Math.round(share * (known.length - 1))];
  const least = at(0.02);
  const most = at(0.98);
  if (least === undefined || most === undefined) return null;
  return most > least ? { least, most } : { least: Math.min(0, least), most: Math.max(least, 1e-9) };
}

/** Draws the cells, or the roads in the colour of their cells, and answers how places lie; null without any cell. */
export function drawMap(canvas: HTMLCanvasElement, map: MapDrawing, width: number, height: number): Project | null {
  const context = canvas.getContext('2d');
  const { cellDeg, x, y } = map;
  const box = boxOf(
    x.flatMap((each) => [each * cellDeg, (each + 1) * cellDeg]),
    y.flatMap((each) => [each * cellDeg, (each + 1) * cellDeg]),
  );
  if (!context || !box) return null;
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  context.scale(devicePixelRatio, devicePixelRatio);
  const { project, pxPerM } = fitBox(box, width, height, MARGIN_PX);
  const scale = scaleOf(map.values);
  const colour = (i: number): string | null => {
    const value = map.values[i] ?? null;
    return value === null || scale === null ? null : shade((value - scale.least) / (scale.most - scale.least), map.dark);
  };
  if (map.layer === 'roads') drawRoads(context, map, project, colour);
  else {
    drawRoads(context, map, project, null);
    drawCells(context, map, project, colour);
  }
  drawHot(context, map, project);
  drawFrame(context, width, height, pxPerM, map);
  return project;
}

function corners({ cellDeg, x, y }: MapDrawing, i: number, project: Project): readonly [number, number, number, number] {
  const a = project((x[i] ?? 0) * cellDeg, ((y[i] ?? 0) + 1) * cellDeg);
  const b = project(((x[i] ?? 0) + 1) * cellDeg, (y[i] ?? 0) * cellDeg);
  return [a.x, a.y, Math.max(2, b.x - a.x), Math.max(2, b.y - a.y)];
}

function drawCells(
  context: CanvasRenderingContext2D,
  map: MapDrawing,
  project: Project,
  colour: (i: number) => string | null,
): void {
  for (let i = 0; i < map.x.length; i += 1) {
    const fill = colour(i);
    const [left, top, w, h] = corners(map, i, project);
    if (fill === null) {
      context.strokeStyle = map.colours.strong;
      context.lineWidth = 0.5;
      context.strokeRect(left, top, w, h);
    } else {
      context.fillStyle = fill;
      context.fillRect(left, top, w, h);
    }
  }
}

function drawRoads(
  context: CanvasRenderingContext2D,
  map: MapDrawing,
  project: Project,
  colour: ((i: number) => string | null) | null,
): void {
  if (map.roads === null) return;
  const places = new Map(map.x.map((each, i) => [`${each} ${map.y[i]}`, i]));
  const { stepDeg, pieces } = map.roads;
  context.lineCap = 'round';
  for (let i = 0; i < pieces.length; i += 5) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = pieces.slice(i, i + 4).map((each) => each * stepDeg);
    const place = places.get(`${Math.floor((x1 + x2) / 2 / map.cellDeg)} ${Math.floor((y1 + y2) / 2 / map.cellDeg)}`);
    const stroke = colour === null || place === undefined ? null : colour(place);
    context.strokeStyle = stroke ?? map.colours.line;
    context.lineWidth = stroke === null ? 1 : 4;
    const from = project(x1, y1);
    const to = project(x2, y2);
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
  }
}

function drawHot(context: CanvasRenderingContext2D, map: MapDrawing, project: Project): void {
  context.strokeStyle = map.colours.over;
  context.lineWidth = 1.5;
  for (const i of map.hot) {
    const [left, top, w, h] = corners(map, i, project);
    context.strokeRect(left, top, w, h);
  }
}

function drawFrame(context: CanvasRenderingContext2D, width: number, height: number, pxPerM: number, map: MapDrawing): void {
  const bar = scaleBar(pxPerM, 110);
  context.strokeStyle = map.colours.quiet;
  context.fillStyle = map.colours.quiet;
  context.lineWidth = 1;
  context.font = '12px system-ui, sans-serif';
  context.beginPath();
  context.moveTo(12, height - 16);
  context.lineTo(12, height - 12);
  context.lineTo(12 + bar.px, height - 12);
  context.lineTo(12 + bar.px, height - 16);
  context.stroke();
  context.fillText(bar.metres >= 1000 ? `${bar.metres / 1000}${THIN}km` : `${bar.metres}${THIN}m`, 12, height - 20);
  context.beginPath();
  context.moveTo(width - 18, 26);
  context.lineTo(width - 14, 12);
  context.lineTo(width - 10, 26);
  context.stroke();
  context.textAlign = 'center';
  context.fillText(map.north, width - 14, 40);
  context.textAlign = 'left';
}
