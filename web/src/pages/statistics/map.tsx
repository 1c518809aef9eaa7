import { useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { useEffect, useRef } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/statistics.ts';
import { formatCount, formatShare } from '../../model/format.ts';
import { threeDigits } from '../../model/statistics.ts';
import type { Project } from '../../model/track-scale.ts';
import { useQuery } from '../../state/query.ts';
import { Empty, Read } from '../../ui/states.tsx';
import { colourOf, theme } from '../../ui/theme.ts';
import { drawMap, SHADES, scaleOf, shade } from './map-drawing.ts';
import { RangeBar } from './range.tsx';
import { rangeNow, view } from './view.ts';

type Cells = InferResponseType<typeof api.statistics.map.$get, 200>;
const LAST_HOUR = 23;
const LISTED = 12;

/** Value that a cell is coloured by; null: too few passes for a factor. */
function valuesOf(map: Cells): (number | null)[] {
  return map.noxG.map((grams, i) => {
    if (map.measure === 'noxG') return grams;
    const km = map.km[i] ?? 0;
    return (map.passes[i] ?? 0) >= map.leastPasses && km > 0 ? grams / km : null;
  });
}

function hoursNow(): [number, number] {
  const [first = 0, last = LAST_HOUR] = view.value.hours === '' ? [] : view.value.hours.split('-').map(Number);
  return [Math.min(LAST_HOUR, first), Math.min(LAST_HOUR, last)];
}

function HoursChoice() {
  const [first, last] = hoursNow();
  const show = (a: number, b: number) => view.show({ hours: a === 0 && b === LAST_HOUR ? '' : `${a}-${b}` }, 'replace');
  const slider = (label: string, value: number, set: (value: number) => void) => (
    <input
      type="range"
      min={0}
      max={LAST_HOUR}
      value={value}
      aria-label={label}
      onChange={(event) => set(Number(event.currentTarget.value))}
    />
  );
  return (
    <span class="hours">
      <span class="quiet small">{w('hours')}</span>
      {slider(w('firstHour'), first, (value) => show(value, last))}
      {slider(w('lastHour'), last, (value) => show(first, value))}
      <b class="small">{view.value.hours === '' ? w('allDay') : w('hoursOf', { from: first, to: last })}</b>
    </span>
  );
}

function Legend({ values }: { values: readonly (number | null)[] }) {
  const scale = scaleOf(values);
  if (!scale) return null;
  const dark = theme.value === 'dark';
  return (
    <span class="ramp small">
      {threeDigits(scale.least)}
      <svg viewBox={`0 0 ${SHADES} 1`} preserveAspectRatio="none" aria-hidden="true">
        {Array.from({ length: SHADES }, (_, i) => (
          <rect key={i} x={i} width={1.02} height={1} fill={shade((i + 0.5) / SHADES, dark)} />
        ))}
      </svg>
      {`${threeDigits(scale.most)} ${w(`map${view.value.map}`)}`}
    </span>
  );
}

function readOf(map: Cells, i: number): string {
  const km = map.km[i] ?? 0;
  const z = map.z[i] ?? null;
  const text = w('cellRead', {
    lat: (((map.y[i] ?? 0) + 0.5) * map.cellDeg).toFixed(3),
    lon: (((map.x[i] ?? 0) + 0.5) * map.cellDeg).toFixed(3),
    g: threeDigits(map.noxG[i]),
    perKm: km > 0 ? threeDigits((map.noxG[i] ?? 0) / km) : '—',
    passes: map.passes[i] ?? 0,
    share: formatShare(map.validShare[i] ?? null),
  });
  return z === null ? text : `${text} · ${w('cellZ', { z: threeDigits(z) })}`;
}

function Drawing({ map }: { map: Cells }) {
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useSignal(320);
  const at = useSignal(-1);
  const project = useRef<Project | null>(null);
  const roads = useQuery('roads', (abort) => take(api.roads.$get({}, { init: { signal: abort } })));
  const { layer } = view.value;
  const values = valuesOf(map);
  const height = Math.round(Math.max(300, Math.min(620, width.value * 0.55)));
  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => (width.value = Math.max(240, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (!canvas.current) return;
    const colours = {
      line: colourOf('--line'),
      quiet: colourOf('--quiet'),
      over: colourOf('--over'),
      strong: colourOf('--strong'),
    };
    const { cellDeg, x, y, hot } = map;
    const drawing = {
      cellDeg,
      x,
      y,
      values,
      hot,
      roads: roads.data.value,
      layer,
      dark: theme.value === 'dark',
      colours,
      north: w('north'),
    };
    project.current = drawMap(canvas.current, drawing, width.value, height);
  }, [map, roads.data.value, layer, width.value, theme.value, language.value]);
  const point = (event: PointerEvent) => {
    const box = canvas.current?.getBoundingClientRect();
    const place = project.current;
    if (!box || !place) return;
    let best = -1;
    let least = 18 ** 2;
    for (let i = 0; i < map.x.length; i += 1) {
      const { x, y } = place(((map.x[i] ?? 0) + 0.5) * map.cellDeg, ((map.y[i] ?? 0) + 0.5) * map.cellDeg);
      const d = (x - (event.clientX - box.left)) ** 2 + (y - (event.clientY - box.top)) ** 2;
      if (d < least) {
        least = d;
        best = i;
      }
    }
    at.value = best;
  };
  return (
    <div ref={host} class="map-drawing">
      <canvas
        ref={canvas}
        role="img"
        aria-label={w('map')}
        style={{ height: `${height}px` }}
        onPointerMove={point}
        onPointerDown={point}
      />
      <p class="map-read small">{at.value < 0 ? '\u00a0' : readOf(map, at.value)}</p>
      {layer === 'roads' && roads.data.value && <p class="quiet small">{w('mapRoads', { days: roads.data.value.days })}</p>}
    </div>
  );
}

function Places({ map }: { map: Cells }) {
  const hot = new Set(map.hot);
  const order = map.x
    .map((_, i) => i)
    .sort((a, b) => (map.z[b] ?? -99) - (map.z[a] ?? -99) || (map.noxG[b] ?? 0) - (map.noxG[a] ?? 0));
  return (
    <ol class="places small" aria-label={w('cellTable')}>
      {order.slice(0, LISTED).map((i) => (
        <li key={i} class={hot.has(i) ? '' : 'quiet'}>
          {hot.has(i) && <span class="over">{`▲ ${w('hotSpots')} `}</span>}
          {readOf(map, i)}
        </li>
      ))}
    </ol>
  );
}

/** Emission by cell and stretch, on a drawing of our own: by distance or in all, by hours of day, hot spots framed. */
export function EmissionMap() {
  const range = rangeNow();
  const { map: measure, hours, layer } = view.value;
  const asked = { ...range, measure, ...(hours === '' ? {} : { hours }) };
  const query = useQuery(
    `map ${JSON.stringify(asked)}`,
    (abort) => take(api.statistics.map.$get({ query: asked }, { init: { signal: abort } })),
    { keep: true },
  );
  return (
    <>
      <div class="range-row">
        <select
          aria-label={w('mapBy')}
          value={measure}
          onChange={(event) => view.show({ map: event.currentTarget.value === 'noxG' ? 'noxG' : 'noxGPerKm' })}
        >
          {(['noxGPerKm', 'noxG'] as const).map((each) => (
            <option key={each} value={each}>
              {w(`map${each}`)}
            </option>
          ))}
        </select>
        <fieldset class="choice" aria-label={w('layer')}>
          {(['cells', 'roads'] as const).map((each) => (
            <button key={each} type="button" aria-pressed={layer === each} onClick={() => view.show({ layer: each })}>
              {w(`layer${each}`)}
            </button>
          ))}
        </fieldset>
        <HoursChoice />
      </div>
      <RangeBar />
      <Read query={query}>
        {(map) =>
          map.x.length === 0 ? (
            <Empty title={w('mapNone')} />
          ) : (
            <>
              <p class="quiet small">
                {w('span', map.period)} ·{' '}
                {w('mapText', { cells: formatCount(map.cells), compared: formatCount(map.compared), passes: map.leastPasses })}
              </p>
              <Legend values={valuesOf(map)} />
              <Drawing map={map} />
              <h2>{w('cellTable')}</h2>
              <Places map={map} />
            </>
          )
        }
      </Read>
    </>
  );
}
