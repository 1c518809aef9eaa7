import { useEffect, useRef } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/today.ts';
import { boxOf, fitBox, scaleBar } from '../../model/track-scale.ts';
import { now } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { stateNow } from '../../ui/state-mark.tsx';
import { colourOf, theme } from '../../ui/theme.ts';
import type { TodayTruck } from './today.ts';

const LOOK_MS = 300_000;
const MARGIN_PX = 22;
const DOT_PX = 3.5;

type Placed = TodayTruck & { lon: number; lat: number };

async function fetchRoads(signal: AbortSignal) {
  return await take(api.roads.$get(undefined, { init: { signal } }));
}

function draw(
  canvas: HTMLCanvasElement,
  trucks: readonly Placed[],
  roads: Awaited<ReturnType<typeof fetchRoads>> | null,
  urgent: ReadonlySet<number>,
): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  const box = boxOf(
    trucks.map(({ lon }) => lon),
    trucks.map(({ lat }) => lat),
  );
  if (!context || !box) return;
  context.scale(ratio, ratio);
  const { project, pxPerM } = fitBox(box, width, height, MARGIN_PX);
  const ink = colourOf('--ink');
  if (roads) {
    context.strokeStyle = colourOf('--strong');
    context.lineWidth = 1.5;
    context.lineCap = 'round';
    context.beginPath();
    for (let i = 0; i + 4 < roads.pieces.length; i += 5) {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = roads.pieces.slice(i, i + 4).map((n) => n * roads.stepDeg);
      const from = project(x1, y1);
      const to = project(x2, y2);
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
    }
    context.stroke();
  }
  for (const truck of trucks) {
    const { x, y } = project(truck.lon, truck.lat);
    context.fillStyle = urgent.has(truck.id) ? colourOf('--over') : ink;
    context.strokeStyle = context.fillStyle;
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(x, y, DOT_PX, 0, 2 * Math.PI);
    if (stateNow(truck.lastReceivedAt, now.peek()) === 'online') context.fill();
    else context.stroke();
  }
  const bar = scaleBar(pxPerM, 80);
  context.strokeStyle = colourOf('--quiet');
  context.lineWidth = 1;
  context.strokeRect(12, height - 12, bar.px, 0.5);
  context.fillStyle = colourOf('--quiet');
  context.font = '12px system-ui, sans-serif';
  context.fillText(bar.metres >= 1000 ? `${bar.metres / 1000} km` : `${bar.metres} m`, 12, height - 17);
}

/** Where the trucks are, on the roads that they themselves have drawn; no tile server is asked. */
export function FleetMap({ trucks, urgent }: { trucks: readonly TodayTruck[]; urgent: ReadonlySet<number> }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const roads = useQuery('roads', fetchRoads, { everyMs: LOOK_MS });
  const placed = trucks.filter((truck): truck is Placed => truck.lon !== null && truck.lat !== null);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const again = () => draw(element, placed, roads.data.value, urgent);
    again();
    const observer = new ResizeObserver(again);
    observer.observe(element);
    return () => observer.disconnect();
  }, [trucks, urgent, roads.data.value, theme.value]);
  return (
    <section class="section" aria-label={w('map')}>
      <h2>{w('map')}</h2>
      {placed.length === 0 ? (
        <p class="quiet">{w('mapNone')}</p>
      ) : (
        <>
          <canvas ref={canvas} class="fleet-map" role="img" aria-label={w('map')} />
          <p class="quiet small">{w('mapNote')}</p>
        </>
      )}
    </section>
  );
}
