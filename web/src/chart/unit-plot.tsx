import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { drawnColumns, drawnSignals, lonePoints, type UnitChart } from '../model/chart-data.ts';
import { formatValue } from '../model/format.ts';
import { colourOf } from '../ui/theme.ts';
import { timeLabels, timeSplits } from './time-axis.ts';

/** What one small chart shows; `paint` changes when colours must be read anew. */
export interface UnitPlotProps {
  chart: UnitChart;
  t: number[];
  from: number;
  to: number;
  empty: readonly { from: number; to: number }[];
  /** Written into such a stretch where it is wide enough; '' for none. */
  emptyWords: string;
  colours: ReadonlyMap<string, string>;
  height: number;
  showTimes: boolean;
  paint: string;
  /** Levels drawn across the chart, with their words; they are always in sight. */
  levels?: readonly { value: number; words: string; dashed: boolean }[];
  /** Stretches whose samples are not judged [epoch s]: grey, and hatched where the data are at fault. */
  shades?: readonly { from: number; to: number; problem: boolean }[];
  /** Stretches that decided something [epoch s]: a bar along the lower edge. */
  decided?: readonly { from: number; to: number }[];
  /** Moves the cursor from outside [epoch s], for a replay; one chart of a group is enough. */
  at?: ReadonlySignal<number | null>;
  onCursor: (row: number | null) => void;
  onZoom: (fromSec: number, toSec: number) => void;
  onUnzoom: () => void;
}

const AXIS_PX = 52;
const FONT = '12px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

function seriesOf(chart: UnitChart, colours: ReadonlyMap<string, string>): uPlot.Series[] {
  const lines = drawnSignals(chart).flatMap((signal) => {
    const stroke = colourOf(colours.get(signal.id) ?? '--line-ink');
    const line: uPlot.Series = {
      stroke,
      width: 1.25,
      spanGaps: false,
      points: {
        show: true,
        size: 4,
        fill: stroke,
        filter: (u, index) => {
          const [first, last] = u.series[0]?.idxs ?? [0, -1];
          return lonePoints(u.data[index] ?? [], first, last);
        },
      },
    };
    return 'values' in signal.columns
      ? [line]
      : [
          { ...line, width: 0.75 },
          { ...line, width: 0.75 },
        ];
  });
  return [{}, ...lines];
}

/** Smallest and largest value of a reduced signal with the stretch between them filled: no extreme is hidden, no mean invented. */
function bandsOf(chart: UnitChart, colours: ReadonlyMap<string, string>): uPlot.Band[] {
  return drawnSignals(chart).flatMap((signal, i) => {
    if ('values' in signal.columns) return [];
    const [r = 0, g = 0, b = 0] =
      colourOf(colours.get(signal.id) ?? '--line-ink')
        .match(/[\d.]+/g)
        ?.map(Number) ?? [];
    return [{ series: [2 * i + 2, 2 * i + 1], fill: `rgba(${r}, ${g}, ${b}, 0.28)` } satisfies uPlot.Band];
  });
}

function verticalRange(unit: string, levels: () => UnitPlotProps['levels']): uPlot.Range.Function {
  return (_u, lowest, highest) => {
    const shown = (levels() ?? []).map(({ value }) => value);
    const known = lowest !== null && lowest !== undefined && highest !== null;
    if (!known && shown.length === 0) return [0, 1];
    const min = Math.min(...shown, ...(known ? [lowest] : []));
    const max = Math.max(...shown, ...(known ? [highest] : []));
    if (unit === '%' && min >= 0 && max <= 100) return [0, 100];
    if (min === max) return min >= 0 ? [0, min === 0 ? 1 : min * 1.25] : [min - 1, max + 1];
    const pad = (max - min) * 0.08;
    // Zero is a floor worth seeing for amounts and rates, not for temperatures.
    return [unit !== '°C' && min >= 0 && min < (max - min) * 2 ? 0 : min - pad, max + pad];
  };
}

/** Leaves stretches without data visibly empty: a tint across the whole height, so that they cannot be mistaken for zero. */
function shadeEmpty(u: uPlot, empty: UnitPlotProps['empty'], colour: string, words: { text: string; colour: string }): void {
  const { left, top, width, height } = u.bbox;
  u.ctx.save();
  u.ctx.font = FONT.replace('12px', `${12 * devicePixelRatio}px`);
  u.ctx.textAlign = 'center';
  u.ctx.textBaseline = 'middle';
  let widest = { middle: 0, width: 0 };
  for (const { from, to } of empty) {
    const x0 = Math.max(left, u.valToPos(from, 'x', true));
    const x1 = Math.min(left + width, u.valToPos(to, 'x', true));
    if (x1 - x0 < 2) continue;
    u.ctx.fillStyle = colour;
    u.ctx.fillRect(x0, top, x1 - x0, height);
    if (x1 - x0 > widest.width) widest = { middle: (x0 + x1) / 2, width: x1 - x0 };
  }
  // Said once, in the widest stretch: the others look the same.
  if (widest.width > u.ctx.measureText(words.text).width + 16) {
    u.ctx.fillStyle = words.colour;
    u.ctx.fillText(words.text, widest.middle, top + height / 2);
  }
  u.ctx.restore();
}

/** Stretches that are not judged: a grey over the whole height, hatched where it is a problem of the data. */
function shadeUnjudged(u: uPlot, shades: NonNullable<UnitPlotProps['shades']>): void {
  const { left, top, width, height } = u.bbox;
  const gap = 7 * devicePixelRatio;
  u.ctx.save();
  for (const { from, to, problem } of shades) {
    const x0 = Math.max(left, u.valToPos(from, 'x', true));
    const x1 = Math.min(left + width, u.valToPos(to, 'x', true));
    if (x1 - x0 < 1) continue;
    if (!problem) {
      u.ctx.fillStyle = colourOf('--unjudged');
      u.ctx.fillRect(x0, top, x1 - x0, height);
      continue;
    }
    u.ctx.save();
    u.ctx.beginPath();
    u.ctx.rect(x0, top, x1 - x0, height);
    u.ctx.clip();
    u.ctx.strokeStyle = colourOf('--hatch');
    u.ctx.lineWidth = 1.5 * devicePixelRatio;
    u.ctx.beginPath();
    // From a common origin, so that neighbours join.
    for (let x = Math.floor((x0 - height) / gap) * gap; x < x1; x += gap) {
      u.ctx.moveTo(x, top + height);
      u.ctx.lineTo(x + height, top);
    }
    u.ctx.stroke();
    u.ctx.restore();
  }
  u.ctx.restore();
}

/** Levels such as a limit, each with its words at the right end. */
function drawLevels(u: uPlot, levels: NonNullable<UnitPlotProps['levels']>, colour: string): void {
  const { left, width } = u.bbox;
  u.ctx.save();
  u.ctx.font = FONT.replace('12px', `${11 * devicePixelRatio}px`);
  u.ctx.textAlign = 'right';
  u.ctx.strokeStyle = colour;
  u.ctx.fillStyle = colour;
  u.ctx.lineWidth = devicePixelRatio;
  const places = levels.map(({ value }) => u.valToPos(value, 'y', true));
  for (const [i, { words, dashed }] of levels.entries()) {
    const y = places[i] ?? 0;
    // Words stand above their line, or below it where another line is in the way.
    const crowded = places.some((other) => other < y && y - other < 18 * devicePixelRatio);
    u.ctx.textBaseline = crowded ? 'top' : 'bottom';
    u.ctx.setLineDash(dashed ? [5 * devicePixelRatio, 4 * devicePixelRatio] : []);
    u.ctx.beginPath();
    u.ctx.moveTo(left, y);
    u.ctx.lineTo(left + width, y);
    u.ctx.stroke();
    u.ctx.fillText(words, left + width - 4, crowded ? y + 3 : y - 2);
  }
  u.ctx.restore();
}

/** Stretches that decided a verdict, as a bar along the lower edge. */
function drawDecided(u: uPlot, decided: NonNullable<UnitPlotProps['decided']>, colour: string): void {
  const { left, top, width, height } = u.bbox;
  u.ctx.save();
  u.ctx.fillStyle = colour;
  for (const { from, to } of decided) {
    const x0 = Math.max(left, u.valToPos(from, 'x', true));
    const x1 = Math.min(left + width, u.valToPos(to, 'x', true));
    if (x1 >= x0) u.ctx.fillRect(x0, top + height - 3 * devicePixelRatio, Math.max(2, x1 - x0), 3 * devicePixelRatio);
  }
  u.ctx.restore();
}

/** One chart of one unit; every chart of the page shares the cursor. */
export function UnitPlot(props: UnitPlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const shape = `${props.chart.unit}|${props.chart.signals.map((s) => s.id + ('values' in s.columns ? '' : '~')).join()}|${props.showTimes}|${props.paint}`;

  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const { chart, colours, showTimes } = latest.current;
    const grid = { stroke: colourOf('--line'), width: 1 };
    const text = colourOf('--quiet');
    const empty = colourOf('--empty');
    const u = new uPlot(
      {
        width: Math.max(100, element.clientWidth),
        height: latest.current.height,
        padding: [6, 22, showTimes ? 0 : 6, 0],
        legend: { show: false },
        scales: {
          x: { time: false, range: () => [latest.current.from, latest.current.to] },
          y: { range: verticalRange(chart.unit, () => latest.current.levels) },
        },
        axes: [
          {
            size: showTimes ? 28 : 0,
            font: FONT,
            stroke: text,
            grid,
            ticks: { show: showTimes, ...grid, size: 4 },
            splits: (_u, _axis, min, max) =>
              timeSplits(min, max, ((max - min) / Math.max(1, element.clientWidth - AXIS_PX)) * 76),
            values: (_u, splits) => (showTimes ? timeLabels(splits) : splits.map(() => '')),
          },
          {
            size: AXIS_PX,
            font: FONT,
            stroke: text,
            grid,
            ticks: { show: false },
            space: 28,
            values: (_u, splits) => {
              if (latest.current.chart.signals.every((s) => s.valid === 0)) return splits.map(() => '');
              const steps = splits.filter((v) => v !== null);
              const step = Math.abs((steps[1] ?? 1) - (steps[0] ?? 0));
              const digits = [0, 1, 2, 3].find((d) => Math.abs(step * 10 ** d - Math.round(step * 10 ** d)) < 1e-6) ?? 3;
              return splits.map((v) => formatValue(v, digits));
            },
          },
        ],
        series: seriesOf(chart, colours),
        bands: bandsOf(chart, colours),
        cursor: {
          sync: { key: 'plume', setSeries: false },
          drag: { x: true, y: false, setScale: false },
          points: { size: 6 },
          y: false,
        },
        hooks: {
          draw: [
            (self) => drawLevels(self, latest.current.levels ?? [], colourOf('--over')),
            (self) => drawDecided(self, latest.current.decided ?? [], colourOf('--over')),
          ],
          drawClear: [
            (self) => shadeUnjudged(self, latest.current.shades ?? []),
            (self) => shadeEmpty(self, latest.current.empty, empty, { text: latest.current.emptyWords, colour: text }),
          ],
          setCursor: [
            (self) =>
              latest.current.onCursor(self.cursor.left !== undefined && self.cursor.left >= 0 ? (self.cursor.idx ?? null) : null),
          ],
          setSelect: [
            (self) => {
              const { left, width } = self.select;
              if (width < 4) return;
              latest.current.onZoom(self.posToVal(left, 'x'), self.posToVal(left + width, 'x'));
              self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
        },
      },
      [latest.current.t, ...drawnColumns(chart)],
      element,
    );
    const unzoom = () => latest.current.onUnzoom();
    u.over.addEventListener('dblclick', unzoom);
    const observer = new ResizeObserver(() =>
      u.setSize({ width: Math.max(100, element.clientWidth), height: latest.current.height }),
    );
    observer.observe(element);
    plot.current = u;
    return () => {
      observer.disconnect();
      u.over.removeEventListener('dblclick', unzoom);
      u.destroy();
      plot.current = null;
    };
  }, [shape]);

  useEffect(() => {
    plot.current?.setData([props.t, ...drawnColumns(props.chart)]);
  }, [props.t, props.chart, props.from, props.to]);
  useEffect(() => {
    plot.current?.setSize({ width: Math.max(100, host.current?.clientWidth ?? 100), height: props.height });
  }, [props.height]);

  useEffect(
    () =>
      props.at?.subscribe((sec) => {
        const u = plot.current;
        if (u && sec !== null) u.setCursor({ left: u.valToPos(sec, 'x'), top: 10 });
      }),
    [props.at, shape],
  );
  // Levels and stretches are no data of uPlot's: what changes them draws anew.
  useEffect(() => plot.current?.redraw(false), [props.levels, props.decided, props.empty, props.shades]);

  return <div class="plot" ref={host} style={{ height: `${props.height}px` }} />;
}
