import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { lineColours } from '../chart/colours.ts';
import { UnitPlot } from '../chart/unit-plot.tsx';
import { language, t } from '../i18n/index.ts';
import { emptyStretches, filledRows, lastFilled, unitCharts } from '../model/chart-data.ts';
import { clockTime, dayTime, formatCount, formatSpan } from '../model/format.ts';
import { now } from '../state/clock.ts';
import { cursorRow, rereadSeries, series, seriesFailure, seriesLoading } from '../state/truck.ts';
import { unzoom, view, zoom } from '../state/view.ts';
import { Legend } from './legend.tsx';
import { NoData } from './no-data.tsx';
import { SeriesTable } from './series-table.tsx';
import { theme } from './theme.ts';
import { narrow } from './window.ts';

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
    <span class="badge" title={raw ? t('rawTitle') : t('bucketedTitle', { span: formatSpan(bucketS ?? 0) })}>
      {raw ? t('raw') : `${t('bucketed')} (${formatSpan(bucketS ?? 0)})`} · {t('samples', { n: formatCount(samples) })}
      {s.period.seconds !== null && ` · ${t('period', { span: formatSpan(s.period.seconds) })}`}
    </span>
  );
}

/** Charts or their table, or why there is nothing to draw and what to do. */
export function ChartArea() {
  const box = useRef<HTMLDivElement>(null);
  const height = useSignal(560);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => (height.value = element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div class="charts" ref={box} aria-busy={seriesLoading.value}>
      <Content height={height.value} />
    </div>
  );
}

function Content({ height }: { height: number }) {
  const s = series.value;
  const problem = seriesFailure.value;
  if (problem?.kind === 'refused') {
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
  if (s.reduction.samples === 0) return <NoData series={s} />;
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
            {t('time')} {dayTime(at * 1000, now.value).slice(0, -5)}
            {clockTime(at * 1000)}
          </span>
        )}
        {silent && <b class="data-problem">◌ {t('noDataSince', { time: clockTime(last * 1000).slice(0, 5) })}</b>}
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
            emptyWords={i === 0 ? t('noDataArea') : ''}
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
