import { signal, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import '../../styles/vehicle.css';
import 'uplot/dist/uPlot.min.css';
import { lineColours } from '../../chart/colours.ts';
import { UnitPlot } from '../../chart/unit-plot.tsx';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/evidence.ts';
import { t } from '../../i18n/words/shell.ts';
import { emptyStretches, filledRows, unitCharts } from '../../model/chart-data.ts';
import { clockTime, formatCount, formatSpan, formatValue, isoBeijing } from '../../model/format.ts';
import { useKeys } from '../../state/keys.ts';
import { useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { Failed } from '../../ui/states.tsx';
import { theme } from '../../ui/theme.ts';
import { Legend } from '../vehicle/legend.tsx';
import { SeriesTable } from '../vehicle/series-table.tsx';
import {
  boundsOf,
  fetchSignals,
  fetchTrace,
  levelsOf,
  type Series,
  SIGNALS,
  type Trace,
  windowKind,
  windowSignal,
} from './evidence.ts';
import { type Finding, view } from './leads.ts';
import { JudgementStrip } from './strip.tsx';
import { TrackView } from './track-view.tsx';

/** The moment under the cursor of every chart, and of the track [epoch s]. */
export const cursorSec = signal<number | null>(null);
/** A moment that the replay is at; charts follow it. */
export const replaySec = signal<number | null>(null);

const HEIGHT_PX = 112;
const TIMES_PX = 28;

/** The day and stretch that are shown. */
function stretchOf(finding: Finding): { date: string; fromSec: number; toSec: number; zoomed: boolean } {
  const { day, from, to } = view.value;
  const known = [...finding.days, finding.day];
  const date = known.includes(day) ? day : finding.day;
  const bounds = boundsOf(date);
  const fromSec = Date.parse(from) / 1000;
  const toSec = Date.parse(to) / 1000;
  const zoomed = fromSec < toSec && fromSec >= bounds.fromSec && toSec <= bounds.toSec;
  return zoomed ? { date, fromSec, toSec, zoomed } : { date, ...bounds, zoomed };
}

function zoomTo(fromSec: number, toSec: number): void {
  const from = Math.floor(fromSec);
  view.show({ from: isoBeijing(from * 1000), to: isoBeijing(Math.max(from + 2, Math.ceil(toSec)) * 1000) });
}

function unzoom(): void {
  view.show({ from: '', to: '' });
}

function Windows({ trace, finding, bounds }: { trace: Trace; finding: Finding; bounds: { fromSec: number; toSec: number } }) {
  const { windows } = trace;
  const kind = w(windows.kind === 'work' ? 'workWindows' : 'fuelWindows');
  const reference = windows.reference === null ? t('none') : formatValue(windows.reference.value, 2);
  const chart = useMemo(
    () => ({ unit: 'g/kWh', signals: [windowSignal(trace, { zh: w.zh.windows, en: w.en.windows })] }),
    [trace],
  );
  const levels = useMemo(
    () =>
      levelsOf(finding)
        .filter((each) => each.unit === 'g/kWh')
        .map(({ value, guard }) => ({
          value,
          words:
            guard === null
              ? w('limitLine', { value: formatValue(value, 2) })
              : w('guardedLine', { guard: formatValue(guard, 2) }),
          dashed: guard !== null,
        })),
    [finding, language.value],
  );
  const decided = useMemo(() => finding.stretches.map((each) => ({ from: each.fromSec, to: each.toSec })), [finding]);
  const at = cursorSec.value;
  if (windows.t.every((_, i) => windows.valid[i] === 0)) {
    return <p class="hint quiet">{w('windowsNone', { kind, reference, pct: windows.thresholdPct })}</p>;
  }
  const row = at === null ? windows.t.length - 1 : nearest(windows.t, at);
  return (
    <div class="chart">
      <Legend chart={chart} colours={new Map()} row={row} samples={windows.count} />
      <p class="chart-note quiet small">
        {kind} ·{' '}
        {w('windowsFacts', {
          n: formatCount(windows.count),
          reference,
          unit: windows.reference?.unit ?? '',
          assumed: windows.reference?.assumed ? w('assumed') : '',
          pct: windows.thresholdPct,
        })}{' '}
        · {w('windowEnd', { span: formatSpan(trace.bucketS) })}
        {decided.length > 0 && ` · ▬ ${w('decided')}`}
      </p>
      <UnitPlot
        chart={chart}
        t={windows.t}
        from={bounds.fromSec}
        to={bounds.toSec}
        empty={[]}
        emptyWords=""
        colours={new Map()}
        height={HEIGHT_PX}
        showTimes={false}
        paint={`${theme.value} ${language.value}`}
        levels={levels}
        decided={decided}
        onCursor={(index) => hear(windows.t, index)}
        onZoom={zoomTo}
        onUnzoom={unzoom}
      />
    </div>
  );
}

function nearest(times: readonly number[], sec: number): number | null {
  let best: number | null = null;
  for (let i = 0; i < times.length; i += 1) {
    if (best === null || Math.abs((times[i] ?? 0) - sec) < Math.abs((times[best] ?? 0) - sec)) best = i;
  }
  return best;
}

function hear(times: readonly number[], index: number | null): void {
  const sec = index === null ? null : (times[index] ?? null);
  if (sec !== null) cursorSec.value = sec;
}

function Signals({ series, finding, bounds }: { series: Series; finding: Finding; bounds: { fromSec: number; toSec: number } }) {
  const charts = useMemo(() => unitCharts(series.signals.filter((each) => each.valid > 0)), [series]);
  const colours = useMemo(() => lineColours(series.signals.map((each) => each.id)), [series]);
  const empty = useMemo(() => {
    const step = Math.max(series.period.seconds ?? 1, series.reduction.bucketS ?? 0);
    return emptyStretches(series.t, filledRows(series.t.length, series.signals), bounds.fromSec, bounds.toSec, step);
  }, [series, bounds.fromSec, bounds.toSec]);
  const levels = useMemo(
    () =>
      levelsOf(finding)
        .filter((each) => each.unit === 'ppm')
        .map(({ value, guard }) => ({
          value,
          words:
            guard === null
              ? w('limitLine', { value: formatValue(value, 0) })
              : w('guardedLine', { guard: formatValue(guard, 2) }),
          dashed: guard !== null,
        })),
    [finding, language.value],
  );
  const decided = useMemo(() => finding.stretches.map((each) => ({ from: each.fromSec, to: each.toSec })), [finding]);
  const at = cursorSec.value;
  const newest = useMemo(() => filledRows(series.t.length, series.signals).lastIndexOf(true), [series]);
  const row = at === null ? newest : nearest(series.t, at);
  return (
    <>
      {charts.map((chart, i) => {
        const last = i === charts.length - 1;
        return (
          <div class="chart" key={chart.unit}>
            <Legend chart={chart} colours={colours} row={row} samples={series.reduction.samples} />
            <UnitPlot
              chart={chart}
              t={series.t}
              from={bounds.fromSec}
              to={bounds.toSec}
              empty={empty}
              emptyWords={i === 0 ? w('noData') : ''}
              colours={colours}
              height={HEIGHT_PX + (last ? TIMES_PX : 0)}
              showTimes={last}
              paint={`${theme.value} ${language.value}`}
              {...(chart.unit === 'ppm' ? { levels, decided } : {})}
              {...(i === 0 ? { at: replaySec } : {})}
              onCursor={(index) => hear(series.t, index)}
              onZoom={zoomTo}
              onUnzoom={unzoom}
            />
          </div>
        );
      })}
    </>
  );
}

function Tables({ trace, series }: { trace: Trace | null; series: Series | null }) {
  const time = (sec: number) => clockTime(sec * 1000);
  return (
    <>
      {trace && (
        <div class="twin">
          <table class="plain-table">
            <caption>{w('judgement')}</caption>
            <thead>
              <tr>
                <th scope="col">{w('from')}</th>
                <th scope="col">{w('to')}</th>
                <th scope="col">{w('state')}</th>
              </tr>
            </thead>
            <tbody>
              {trace.states.map((each) => (
                <tr key={each.fromSec}>
                  <td>{time(each.fromSec)}</td>
                  <td>{time(each.toSec)}</td>
                  <td class="text">{w(each.state)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <table class="plain-table">
            <caption>{w('windowsTable')}</caption>
            <thead>
              <tr>
                <th scope="col">{w('from')}</th>
                <th scope="col" class="num">
                  {w('extremes')}
                </th>
                <th scope="col" class="num">
                  {w('count')}
                </th>
                <th scope="col" class="num">
                  {w('total')}
                </th>
              </tr>
            </thead>
            <tbody>
              {trace.windows.t.map((sec, i) => (
                <tr key={sec}>
                  <td>{time(sec)}</td>
                  <td class="num">
                    {formatValue(trace.windows.min[i], 2)} … {formatValue(trace.windows.max[i], 2)}
                  </td>
                  <td class="num">{trace.windows.valid[i]}</td>
                  <td class="num">{trace.windows.total[i]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {series && (
        <div class="twin-series">
          <SeriesTable series={series} />
        </div>
      )}
    </>
  );
}

/** What a finding rests on: its windows and signals over the day on one cursor, what was judged of it, and the way of the truck beside them. */
export function EvidenceView({ vehicleId, finding }: { vehicleId: number; finding: Finding }) {
  const stretch = stretchOf(finding);
  const { date, fromSec, toSec, zoomed } = stretch;
  const { table } = view.value;
  const kind = windowKind(finding);
  const range = { fromSec, toSec };
  const key = `${vehicleId} ${date} ${fromSec} ${toSec}`;
  const signals = table ? [...SIGNALS, 'lonDeg', 'latDeg'] : SIGNALS;
  const trace = useQuery(`trace ${key} ${kind}`, (abort) => fetchTrace({ vehicleId, date, kind, ...range }, abort), {
    keep: true,
  });
  const series = useQuery(
    may('fleet.read') ? `signals ${key} ${table}` : null,
    (abort) => fetchSignals({ vehicleId, ...range, signals }, abort),
    { keep: true },
  );
  const playing = useSignal(false);
  useKeys([
    { keys: ['t'], words: () => w('keyTable'), act: () => view.show({ table: !view.peek().table }, 'replace') },
    { keys: ['p'], words: () => w('keyPlay'), act: () => (playing.value = !playing.peek()) },
    ...(zoomed ? [{ keys: ['Escape'], words: () => w('wholeDay'), act: unzoom }] : []),
  ]);
  const days = [...new Set([...finding.days, finding.day])].sort().slice(-10);
  const reduction = series.data.value?.reduction;
  return (
    <section class="evidence" aria-label={w('title')}>
      <div class="filters">
        <nav class="choice" aria-label={w('day')}>
          {days.map((each) => (
            <a
              key={each}
              href={`${location.pathname}${view.query({ finding: finding.id, day: each, from: '', to: '' })}`}
              aria-current={each === date ? 'page' : undefined}
            >
              {each.slice(5)}
            </a>
          ))}
        </nav>
        {zoomed && (
          <button type="button" onClick={unzoom}>
            ← {w('wholeDay')}
          </button>
        )}
        {reduction && (
          <span class="badge small">
            {reduction.method === 'raw' ? w('raw') : w('reducedNow', { span: formatSpan(reduction.bucketS ?? 0) })} ·{' '}
            {formatCount(reduction.samples)}
          </span>
        )}
        <span class="quiet small">{w('zoomHint')}</span>
        <span class="fill" />
        <button type="button" onClick={() => view.show({ table: !table }, 'replace')}>
          {w(table ? 'charts' : 'table')}
        </button>
      </div>
      {trace.failure.value?.code === 'NOT_FOUND' && <p class="hint">{w('dayMissing')}</p>}
      <Failed query={series} />
      {table ? (
        <Tables trace={trace.data.value} series={series.data.value} />
      ) : (
        <div class="evidence-body">
          <div class="evidence-charts">
            {trace.data.value && <JudgementStrip trace={trace.data.value} from={fromSec} to={toSec} at={cursorSec.value} />}
            {trace.data.value && <Windows trace={trace.data.value} finding={finding} bounds={range} />}
            {series.data.value ? (
              <Signals series={series.data.value} finding={finding} bounds={range} />
            ) : (
              series.failure.value === null && <p class="hint quiet">{t('loading')}</p>
            )}
          </div>
          {may('fleet.read') && <TrackView vehicleId={vehicleId} range={range} playing={playing} />}
        </div>
      )}
    </section>
  );
}
