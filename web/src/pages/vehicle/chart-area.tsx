import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { lineColours } from '../../chart/colours.ts';
import { UnitPlot } from '../../chart/unit-plot.tsx';
import { language } from '../../i18n/index.ts';
import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/vehicle.ts';
import { emptyStretches, filledRows, lastFilled, unitCharts } from '../../model/chart-data.ts';
import { clockTime, dayTime, formatCount, formatSpan } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import { theme } from '../../ui/theme.ts';
import { narrow } from '../../ui/window.ts';
import { Legend } from './legend.tsx';
import { NoData } from './no-data.tsx';
import { SeriesTable } from './series-table.tsx';
import {
  cursorRow,
  rereadSeries,
  series,
  seriesFailure,
  seriesLoading,
  unzoom,
  type VehicleDetail,
  view,
  zoom,
} from './truck.ts';

const LEGEND_PX = 26;
const TIMES_PX = 28;
const LEAST_PX = 96;
/** On a phone the page scrolls, so a chart has a height of its own. */
const PHONE_PX = 150;

function Badge() {
  const s = series.value;
  if (!s || s.reduction.samples === 0) return null;
  const { method, bucketS, samples } = s.reduction;
  const raw = method === 'raw';
  return (
    <span class="badge" title={raw ? w('rawTitle') : w('bucketedTitle', { span: formatSpan(bucketS ?? 0) })}>
      {raw ? w('raw') : `${w('bucketed')} (${formatSpan(bucketS ?? 0)})`} · {w('samples', { n: formatCount(samples) })}
      {s.period.seconds !== null && ` · ${w('period', { span: formatSpan(s.period.seconds) })}`}
    </span>
  );
}

/** Charts or their table, or why there is nothing to draw and what to do. */
export function ChartArea({ detail }: { detail: VehicleDetail }) {
  const box = useRef<HTMLElement>(null);
  const height = useSignal(560);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => (height.value = element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class="charts" ref={box} aria-busy={seriesLoading.value} aria-label={w('charts')} tabIndex={0}>
      <Content height={height.value} detail={detail} />
    </section>
  );
}

function Content({ height, detail }: { height: number; detail: VehicleDetail }) {
  const s = series.value;
  const problem = seriesFailure.value;
  if (problem?.kind === 'refused' || (problem?.kind === 'broken' && !s)) {
    return (
      <div class="hint">
        <p>{t('failed', { reason: problem.message })}</p>
        <button type="button" onClick={rereadSeries}>
          {t('retry')}
        </button>
      </div>
    );
  }
  if (!s) return <p class="hint quiet">{t('loading')}</p>;
  if (s.reduction.samples === 0) return <NoData series={s} terminal={detail.terminal?.id ?? null} />;
  if (view.value.table) {
    return (
      <>
        <div class="chart-head">
          <Badge />
        </div>
        <SeriesTable series={s} />
      </>
    );
  }

  const fromSec = Date.parse(s.from) / 1000;
  const toSec = Date.parse(s.to) / 1000;
  const charts = unitCharts(s.signals);
  const filled = filledRows(s.t.length, s.signals);
  const step = Math.max(s.period.seconds ?? 1, s.reduction.bucketS ?? 0);
  const empty = emptyStretches(s.t, filled, fromSec, toSec, step);
  const colours = lineColours(s.signals.map((signal) => signal.id));
  const row = cursorRow.value ?? lastFilled(filled) ?? null;
  const fitting = Math.floor((height - LEGEND_PX - TIMES_PX - 12) / charts.length) - LEGEND_PX;
  const each = narrow.value ? PHONE_PX : Math.max(LEAST_PX, fitting);
  const last = s.t[lastFilled(filled) ?? 0];
  const silent = last !== undefined && toSec - last > 120 && 'span' in view.value.range;
  const at = row === null ? undefined : s.t[row];
  return (
    <>
      <div class="chart-head">
        <Badge />
        {at !== undefined && (
          <span class="quiet">
            {w('time')} {dayTime(at * 1000, now.value).slice(0, -5)}
            {clockTime(at * 1000)}
          </span>
        )}
        <span class="quiet drag-hint">{w('keysDrag')}</span>
        {silent && <b class="data-problem">◌ {w('noDataSince', { time: clockTime(last * 1000).slice(0, 5) })}</b>}
      </div>
      {charts.map((chart, i) => (
        <div class="chart" key={chart.unit}>
          <Legend chart={chart} colours={colours} row={row} samples={s.reduction.samples} />
          <UnitPlot
            chart={chart}
            t={s.t}
            from={fromSec}
            to={toSec}
            empty={empty}
            emptyWords={i === 0 ? w('noDataArea') : ''}
            colours={colours}
            height={each + (i === charts.length - 1 ? TIMES_PX : 0)}
            showTimes={i === charts.length - 1}
            paint={`${theme.value} ${language.value}`}
            onCursor={(index) => (cursorRow.value = index)}
            onZoom={(a, b) => zoom({ fromMs: Math.floor(a) * 1000, toMs: Math.max(Math.ceil(b), Math.floor(a) + 2) * 1000 })}
            onUnzoom={() => {
              if (!('span' in view.peek().range)) unzoom();
            }}
          />
        </div>
      ))}
    </>
  );
}
