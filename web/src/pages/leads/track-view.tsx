import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { language, nameOf } from '../../i18n/index.ts';
import { w } from '../../i18n/words/evidence.ts';
import { clockTime, formatCount, formatSpan, formatValue, THIN } from '../../model/format.ts';
import { toGcj02 } from '../../model/gcj02.ts';
import { boxOf, colourRange, type Fit, fitBox, type Project, placeAt, scaleBar, tilesOf } from '../../model/track-scale.ts';
import { catalogue, needCatalogue } from '../../state/catalogue.ts';
import { useQuery } from '../../state/query.ts';
import { colourOf, theme } from '../../ui/theme.ts';
import { cursorSec, leadSec } from './cursor.ts';
import { fetchTrack, type Roads, type Track } from './evidence.ts';
import { view } from './leads.ts';

const HEIGHT_PX = 360;
const MARGIN_PX = 26;
const SPEEDS = [1, 5, 10, 30, 60] as const;
/** Signals that are a place, and colour nothing. */
const PLACES = ['lonDeg', 'latDeg'];
/** From little to much: light to dark in one hue, so that order is seen without a legend. */
const STEPS = 7;
const GAP_S = 600;

function ramp(share: number, dark: boolean): string {
  const step = Math.min(STEPS - 1, Math.floor(share * STEPS)) / (STEPS - 1);
  return dark ? `hsl(${50 - 46 * step} 85% ${42 + 26 * step}%)` : `hsl(${50 - 46 * step} 85% ${58 - 24 * step}%)`;
}

interface Drawing {
  track: Track;
  roads: Roads | null;
  width: number;
}

/** A track as it lies on tiles that are shifted: for the screen alone. */
function shifted(track: Track): Track {
  const places = track.lon.map((lon, i) => toGcj02(lon, track.lat[i] ?? 0));
  return { ...track, lon: places.map(({ lon }) => lon), lat: places.map(({ lat }) => lat) };
}

function drawRoads(context: CanvasRenderingContext2D, roads: Roads, project: Project, colour: string): void {
  context.strokeStyle = colour;
  context.lineCap = 'round';
  const { pieces, stepDeg } = roads;
  for (let i = 0; i < pieces.length; i += 5) {
    const from = project((pieces[i] ?? 0) * stepDeg, (pieces[i + 1] ?? 0) * stepDeg);
    const to = project((pieces[i + 2] ?? 0) * stepDeg, (pieces[i + 3] ?? 0) * stepDeg);
    context.lineWidth = Math.min(3, 0.8 + Math.log10(pieces[i + 4] ?? 1));
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
  }
}

function drawTrack(context: CanvasRenderingContext2D, track: Track, project: Project, none: string): void {
  const range = colourRange(track.max);
  const dark = theme.peek() === 'dark';
  context.lineWidth = 3;
  context.lineCap = 'round';
  for (let i = 1; i < track.t.length; i += 1) {
    // Where the truck was not heard of there is no way to draw.
    if ((track.t[i] ?? 0) - (track.t[i - 1] ?? 0) > Math.max(GAP_S, 3 * track.bucketS)) continue;
    const value = track.max[i] ?? null;
    context.strokeStyle = value === null || !range ? none : ramp((value - range.least) / (range.most - range.least), dark);
    const from = project(track.lon[i - 1] ?? 0, track.lat[i - 1] ?? 0);
    const to = project(track.lon[i] ?? 0, track.lat[i] ?? 0);
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
  }
}

function drawFrame(context: CanvasRenderingContext2D, width: number, pxPerM: number, colour: string): void {
  const bar = scaleBar(pxPerM, 110);
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = 1;
  context.font = '12px system-ui, sans-serif';
  context.beginPath();
  context.moveTo(12, HEIGHT_PX - 16);
  context.lineTo(12, HEIGHT_PX - 12);
  context.lineTo(12 + bar.px, HEIGHT_PX - 12);
  context.lineTo(12 + bar.px, HEIGHT_PX - 16);
  context.stroke();
  const words = bar.metres >= 1000 ? `${bar.metres / 1000}${THIN}km` : `${bar.metres}${THIN}m`;
  context.fillText(words, 12, HEIGHT_PX - 20);
  context.beginPath();
  context.moveTo(width - 18, 26);
  context.lineTo(width - 14, 12);
  context.lineTo(width - 10, 26);
  context.stroke();
  context.textAlign = 'center';
  context.fillText(w('north'), width - 14, 40);
  context.textAlign = 'left';
}

/** Draws the way once; the marker is a layer of its own above it. */
function draw(canvas: HTMLCanvasElement, { track, roads, width }: Drawing): Fit | null {
  const box = boxOf(track.lon, track.lat);
  const context = canvas.getContext('2d');
  if (!box || !context) return null;
  canvas.width = width * devicePixelRatio;
  canvas.height = HEIGHT_PX * devicePixelRatio;
  context.scale(devicePixelRatio, devicePixelRatio);
  const fit = fitBox(box, width, HEIGHT_PX, MARGIN_PX);
  if (roads) drawRoads(context, roads, fit.project, colourOf('--line'));
  drawTrack(context, track, fit.project, colourOf('--strong'));
  drawFrame(context, width, fit.pxPerM, colourOf('--quiet'));
  return fit;
}

/** Moves the replay on while it plays: simulated seconds a second. */
function useReplay(track: Track | null, playing: Signal<boolean>, speed: number): void {
  useEffect(() => {
    const times = track?.t ?? [];
    const first = times[0];
    const last = times.at(-1);
    if (!playing.value || first === undefined || last === undefined) return undefined;
    let sec = cursorSec.peek() ?? first;
    if (sec < first || sec >= last) sec = first;
    let before = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      sec += ((now - before) / 1000) * speed;
      before = now;
      if (sec >= last) {
        playing.value = false;
        return;
      }
      cursorSec.value = sec;
      leadSec.value = sec;
      frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [track, playing.value, speed]);
}

function Scale({ track }: { track: Track }) {
  const range = colourRange(track.max);
  if (!range) return <span class="quiet small">{w('noValue')}</span>;
  const dark = theme.value === 'dark';
  return (
    <span class="ramp small">
      {formatValue(range.least, track.signal.decimals)}
      <svg viewBox={`0 0 ${STEPS} 1`} preserveAspectRatio="none" aria-hidden="true">
        {Array.from({ length: STEPS }, (_, i) => (
          <rect key={ramp(i / STEPS, dark)} x={i} y="0" width="1" height="1" fill={ramp((i + 0.5) / STEPS, dark)} />
        ))}
      </svg>
      {formatValue(range.most, track.signal.decimals)}
      <span class="unit"> {track.signal.unit}</span>
    </span>
  );
}

/** Where the truck is at the cursor's moment. `read`: the track as it was read, for what is said of the place. */
function Marker({ track, read, project, width }: { track: Track; read: Track; project: Project; width: number }) {
  const sec = cursorSec.value;
  const at = sec === null ? -1 : placeAt(track.t, sec);
  const lon = track.lon[at];
  const lat = track.lat[at];
  if (lon === undefined || lat === undefined) return null;
  const { x, y } = project(lon, lat);
  const value = track.max[at] ?? null;
  return (
    <>
      <svg class="marker" viewBox={`0 0 ${width} ${HEIGHT_PX}`} aria-hidden="true">
        <circle cx={x} cy={y} r="7" />
        <circle cx={x} cy={y} r="2.5" class="dot" />
      </svg>
      <p class="track-read small">
        {clockTime((track.t[at] ?? 0) * 1000)} · {formatValue(value, track.signal.decimals)} {track.signal.unit} ·{' '}
        {w('position', { lat: formatValue(read.lat[at], 4), lon: formatValue(read.lon[at], 4) })}
      </p>
    </>
  );
}

/** Tiles of the configured source under the track. */
function Tiles({ template, fit, width }: { template: string; fit: Fit; width: number }) {
  return (
    <>
      {tilesOf(fit, width, HEIGHT_PX).map(({ z, x, y, left, top, px }) => (
        <img
          key={`${z} ${x} ${y}`}
          class="tile"
          alt=""
          src={template.replaceAll('{z}', String(z)).replaceAll('{x}', String(x)).replaceAll('{y}', String(y))}
          style={{ left: `${left}px`, top: `${top}px`, width: `${px}px`, height: `${px}px` }}
        />
      ))}
    </>
  );
}

/** The way of a truck on a drawing of our own: coloured by a signal, its marker tied to the charts' cursor, with replay. */
export function TrackView({
  vehicleId,
  range,
  playing,
}: {
  vehicleId: number;
  range: { fromSec: number; toSec: number };
  playing: Signal<boolean>;
}) {
  const { colour } = view.value;
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useSignal(320);
  const fit = useSignal<Fit | null>(null);
  const speed = useSignal<number>(10);
  const query = useQuery(
    `track ${vehicleId} ${range.fromSec} ${range.toSec} ${colour}`,
    (abort) => fetchTrack({ vehicleId, ...range, colour }, abort),
    { keep: true },
  );
  const map = useQuery('map', (abort) => take(api.map.$get({}, { init: { signal: abort } })));
  const tiles = map.data.value?.tiles ?? null;
  // With tiles under it a drawing needs no roads of its own.
  const roads = useQuery(map.data.value !== null && tiles === null ? 'roads' : null, (abort) =>
    take(api.roads.$get({}, { init: { signal: abort } })),
  );
  const track = useMemo(() => {
    const read = query.data.value;
    return read && tiles?.gcj02 ? shifted(read) : read;
  }, [query.data.value, tiles]);
  useReplay(track, playing, speed.value);
  useEffect(() => void needCatalogue(), []);
  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => (width.value = Math.max(200, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (canvas.current && track) fit.value = draw(canvas.current, { track, roads: roads.data.value, width: width.value });
  }, [track, roads.data.value, width.value, theme.value, language.value]);
  const point = (event: PointerEvent) => {
    const place = fit.peek()?.project;
    const box = canvas.current?.getBoundingClientRect();
    if (!place || !track || !box) return;
    let best = -1;
    let least = 24 ** 2;
    for (let i = 0; i < track.t.length; i += 1) {
      const { x, y } = place(track.lon[i] ?? 0, track.lat[i] ?? 0);
      const d = (x - (event.clientX - box.left)) ** 2 + (y - (event.clientY - box.top)) ** 2;
      if (d < least) {
        least = d;
        best = i;
      }
    }
    const sec = track.t[best];
    if (sec === undefined) return;
    cursorSec.value = sec;
    leadSec.value = sec;
  };
  const signals = catalogue.value.filter(({ id }) => !PLACES.includes(id));
  return (
    <section class="track" aria-label={w('track')} ref={host}>
      <div class="track-head">
        <label class="small">
          {w('trackBy')}{' '}
          <select value={colour} onChange={(event) => view.show({ colour: event.currentTarget.value }, 'replace')}>
            {signals.map((each) => (
              <option key={each.id} value={each.id}>
                {nameOf(each)}
              </option>
            ))}
          </select>
        </label>
        {track && <Scale track={track} />}
      </div>
      {track && track.t.length === 0 ? (
        <p class="hint">{w('trackNone')}</p>
      ) : (
        <div class="track-drawing" style={{ height: `${HEIGHT_PX}px` }}>
          {tiles && fit.value && <Tiles template={tiles.template} fit={fit.value} width={width.value} />}
          <canvas ref={canvas} role="img" aria-label={w('track')} onPointerMove={point} onPointerDown={point} />
          {track && fit.value && (
            <Marker track={track} read={query.data.value ?? track} project={fit.value.project} width={width.value} />
          )}
        </div>
      )}
      <div class="track-foot">
        <button type="button" aria-pressed={playing.value} onClick={() => (playing.value = !playing.value)}>
          {playing.value ? `❚❚ ${w('pause')}` : `▶ ${w('play')}`}
        </button>
        <fieldset class="choice" aria-label={w('speed')}>
          {SPEEDS.map((each) => (
            <button key={each} type="button" aria-pressed={speed.value === each} onClick={() => (speed.value = each)}>
              {`×${each}`}
            </button>
          ))}
        </fieldset>
      </div>
      {track && track.t.length > 0 && (
        <p class="quiet small">
          {w('trackPoints', { n: formatCount(track.t.length), span: formatSpan(track.bucketS) })}
          {tiles
            ? ` · ${w(tiles.gcj02 ? 'tilesShifted' : 'tiles')}`
            : roads.data.value && ` · ${w('roads', { n: roads.data.value.days })}`}
        </p>
      )}
    </section>
  );
}
