import { useEffect, useRef } from 'preact/hooks';
import { w } from '../../i18n/words/today.ts';
import { type Cover, hoursOf, runsOf, sharedScale } from '../../model/coverage.ts';
import { formatShare, formatValue, NO_VALUE, nearTime } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { now } from '../../state/clock.ts';
import type { Pages } from '../../state/pages.ts';
import { StateMark, stateNow } from '../../ui/state-mark.tsx';
import { ListFoot } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';
import { colourOf, theme } from '../../ui/theme.ts';
import { useWindow } from '../../ui/window.ts';
import type { TodayTruck } from './today.ts';

const ROW_PX = 30;
/** The list is at most this high; the style sheet says the same. */
const MOST_PX = 600;
/** Share of the drawing that is the line of NOx; the rest is the bar. */
const LINE_SHARE = 0.3;
const GAP_PX = 14;
const BAR_PX = 10;

interface Colours {
  ink: string;
  quiet: string;
  line: string;
  strong: string;
  problem: string;
  over: string;
}

function coloursNow(): Colours {
  return {
    ink: colourOf('--ink'),
    quiet: colourOf('--quiet'),
    line: colourOf('--line'),
    strong: colourOf('--strong'),
    problem: colourOf('--data-problem'),
    over: colourOf('--over'),
  };
}

function hatch(context: CanvasRenderingContext2D, x: number, y: number, width: number, colour: string): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, BAR_PX);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let at = x - BAR_PX; at < x + width; at += 4) {
    context.moveTo(at, y + BAR_PX);
    context.lineTo(at + BAR_PX, y);
  }
  context.stroke();
  context.restore();
}

function drawCover(context: CanvasRenderingContext2D, cover: Cover, x: number, y: number, width: number, colours: Colours): void {
  if (cover === 'invalid') hatch(context, x, y, width, colours.problem);
  else if (cover === 'valid') {
    context.fillStyle = colours.ink;
    context.globalAlpha = 0.72;
    context.fillRect(x, y, width, BAR_PX);
    context.globalAlpha = 1;
  } else {
    context.fillStyle = cover === 'parked' ? colours.quiet : colours.line;
    context.fillRect(x, y + BAR_PX / 2 - (cover === 'parked' ? 1 : 0.5), width, cover === 'parked' ? 2 : 1);
  }
}

function drawLine(
  context: CanvasRenderingContext2D,
  values: readonly (number | null)[],
  box: { y: number; width: number; height: number },
  most: number,
  colour: string,
): void {
  context.strokeStyle = colour;
  context.lineWidth = 1.25;
  context.beginPath();
  let open = false;
  values.forEach((value, i) => {
    if (value === null) {
      open = false;
      return;
    }
    const x = (i / Math.max(1, values.length - 1)) * box.width;
    const y = box.y + box.height * (1 - Math.min(1, Math.max(0, value / most)));
    if (open) context.lineTo(x, y);
    else {
      // A lone bucket is a short dash.
      context.moveTo(x - 0.5, y);
      context.lineTo(x + 0.5, y);
    }
    open = true;
  });
  context.stroke();
}

/** Draws the rows in sight on the one canvas. */
function draw(
  canvas: HTMLCanvasElement,
  trucks: readonly TodayTruck[],
  top: number,
  most: number,
  urgent: ReadonlySet<number>,
): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(ratio, ratio);
  const colours = coloursNow();
  const lineWidth = width * LINE_SHARE;
  const barLeft = lineWidth + GAP_PX;
  const first = Math.floor(top / ROW_PX);
  for (let i = first; i <= first + Math.ceil(height / ROW_PX) && i < trucks.length; i += 1) {
    const truck = trucks[i];
    if (!truck) continue;
    const y = i * ROW_PX - top;
    drawLine(
      context,
      truck.noxPpm,
      { y: y + 4, width: lineWidth, height: ROW_PX - 8 },
      most,
      urgent.has(truck.id) ? colours.over : colours.ink,
    );
    const step = (width - barLeft) / truck.bar.length;
    for (const { cover, from, to } of runsOf(truck.bar))
      drawCover(context, cover, barLeft + from * step, y + (ROW_PX - BAR_PX) / 2, (to - from) * step, colours);
  }
}

function Row({ truck, top, bucketS, urgent }: { truck: TodayTruck; top: number; bucketS: number; urgent: boolean }) {
  const hours = hoursOf(truck.bar, bucketS);
  const told =
    hours.data === 0
      ? w('coverageNone')
      : w('coverageWords', { data: formatValue(hours.data, 1), valid: formatValue(hours.valid, 1) });
  const share = truck.validShare === null ? '' : ` · ${formatShare(truck.validShare)}`;
  return (
    <li style={{ top: `${top}px` }}>
      <a href={pathOf('vehicles', truck.id)} title={`${truck.plate}: ${told}${share}`}>
        <span class="who">
          <StateMark state={stateNow(truck.lastReceivedAt, now.value, truck.laidUp)} />
          <b>{truck.plate}</b>
          {truck.laidUp && <span class="tag">{w('laidUpMark')}</span>}
        </span>
        <span class="told">{told}</span>
        <span class={urgent ? 'value over' : 'value'} title={truck.gPerKwh === null ? w('noWork') : undefined}>
          {urgent && <span aria-hidden="true">▲ </span>}
          {truck.gPerKwh === null ? NO_VALUE : formatValue(truck.gPerKwh, truck.gPerKwh < 10 ? 2 : 1)}
        </span>
      </a>
    </li>
  );
}

const LEGEND: readonly (readonly [Cover, 'legendValid' | 'legendNot' | 'legendParked' | 'legendNone'])[] = [
  ['valid', 'legendValid'],
  ['invalid', 'legendNot'],
  ['parked', 'legendParked'],
  ['none', 'legendNone'],
];

function Legend() {
  return (
    <p class="cover-legend small quiet">
      {LEGEND.map(([cover, word]) => (
        <span key={cover} class="nowrap">
          <i class={`cover ${cover}`} aria-hidden="true" /> {w(word)}
        </span>
      ))}
    </p>
  );
}

/** The last 24 hours of every truck: a line of NOx on one scale, a bar of what came, the day's figure. Rows in sight alone are there. */
export function Coverage({
  pages,
  fromMs,
  bucketS,
  urgent,
}: {
  pages: Pages<TodayTruck>;
  fromMs: number;
  bucketS: number;
  urgent: ReadonlySet<number>;
}) {
  const { rows } = pages;
  const box = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { start, end } = useWindow(box, ROW_PX, rows.length);
  const height = Math.min(MOST_PX, Math.max(1, rows.length) * ROW_PX);
  const most = sharedScale(rows.map(({ noxPpm }) => noxPpm));
  useEffect(() => {
    if (end >= rows.length && pages.more) pages.readOn();
  }, [end, rows.length, pages.more]);
  useEffect(() => {
    const element = box.current;
    const drawing = canvas.current;
    if (!element || !drawing) return undefined;
    let asked = 0;
    const again = () => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(() => draw(drawing, rows, element.scrollTop, most, urgent));
    };
    again();
    element.addEventListener('scroll', again, { passive: true });
    const observer = new ResizeObserver(again);
    observer.observe(element);
    return () => {
      cancelAnimationFrame(asked);
      element.removeEventListener('scroll', again);
      observer.disconnect();
    };
  }, [rows, most, urgent, theme.value]);
  return (
    <section class="section coverage" aria-label={w('coverageHead')}>
      <h2>
        <Term id="coverage">{w('coverageHead')}</Term>
        <span class="quiet small"> {w('coverageNote', { most })}</span>
        <span class="fill" />
        <span class="quiet small">{w('coverageUnit')}</span>
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <section class="coverage-box" ref={box} tabIndex={0} aria-label={w('coverageTrucks')}>
        {/* The rows say in words what is drawn here. */}
        <canvas ref={canvas} style={{ height: `${height}px`, marginBottom: `-${height}px` }} />
        <ul style={{ height: `${rows.length * ROW_PX}px` }}>
          {rows.slice(start, end).map((truck, i) => (
            <Row key={truck.id} truck={truck} top={(start + i) * ROW_PX} bucketS={bucketS} urgent={urgent.has(truck.id)} />
          ))}
        </ul>
        <ListFoot pages={pages} />
      </section>
      <div class="coverage-axis small quiet" aria-hidden="true">
        {[0, 6, 12, 18, 24].map((h) => (
          <span key={h}>{nearTime(fromMs + h * 3_600_000, now.value).slice(-5)}</span>
        ))}
      </div>
      <Legend />
    </section>
  );
}
