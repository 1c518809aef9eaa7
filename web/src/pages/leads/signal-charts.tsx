import { useMemo } from 'preact/hooks';
import { lineColours } from '../../chart/colours.ts';
import { UnitPlot } from '../../chart/unit-plot.tsx';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/evidence.ts';
import { emptyStretches, filledRows, unitCharts } from '../../model/chart-data.ts';
import { formatValue } from '../../model/format.ts';
import { theme } from '../../ui/theme.ts';
import { Legend } from '../vehicle/legend.tsx';
import { cursorSec, hear, leadSec, nearest, type Stretch, unzoom, zoomTo } from './cursor.ts';
import { levelsOf, type Series, type Trace } from './evidence.ts';
import type { Finding } from './leads.ts';
import { isProblem } from './strip.tsx';

const HEIGHT_PX = 112;
const TIMES_PX = 28;

/** How the limit became a concentration, so that nobody takes the line for what is judged. */
function Conversion({ trace, finding }: { trace: Trace; finding: Finding }) {
  const { ppm } = trace;
  const line = levelsOf(finding, trace).find((each) => each.converted);
  if (!ppm || !line || !finding.limit) return null;
  return (
    <p class="chart-note quiet small">
      {w('ppmFormula', {
        limit: formatValue(finding.limit.value, 2),
        u: ppm.u.toFixed(6),
        ratio: formatValue(ppm.exhaustKgPerKwh, 2),
        ppm: formatValue(line.value, 0),
      })}
    </p>
  );
}

/** The signals of a day, a chart a unit, on one cursor; grey and hatched where their samples are not judged. */
export function SignalCharts({
  series,
  trace,
  finding,
  stretch,
}: {
  series: Series;
  trace: Trace | null;
  finding: Finding;
  stretch: Stretch;
}) {
  const { fromSec, toSec } = stretch;
  const charts = useMemo(() => unitCharts(series.signals.filter((each) => each.valid > 0)), [series]);
  const colours = useMemo(() => lineColours(series.signals.map((each) => each.id)), [series]);
  const filled = useMemo(() => filledRows(series.t.length, series.signals), [series]);
  const empty = useMemo(() => {
    const step = Math.max(series.period.seconds ?? 1, series.reduction.bucketS ?? 0);
    return emptyStretches(series.t, filled, fromSec, toSec, step);
  }, [series, fromSec, toSec]);
  const shades = useMemo(
    () =>
      (trace?.states ?? [])
        .filter(({ state }) => state !== 'judged' && state !== 'noData')
        .map((each) => ({ from: each.fromSec, to: each.toSec, problem: isProblem(each.state) })),
    [trace],
  );
  const levels = useMemo(
    () =>
      levelsOf(finding, trace)
        .filter((each) => each.unit === 'ppm')
        .map(({ value, guard, converted }) => ({
          value,
          words: converted
            ? w('limitConverted', { value: formatValue(value, 0) })
            : guard === null
              ? w('limitLine', { value: formatValue(value, 0) })
              : w('guardedLine', { guard: formatValue(guard, 2), value: formatValue(value, 0) }),
          dashed: guard !== null || converted,
        })),
    [finding, trace, language.value],
  );
  const decided = useMemo(() => finding.stretches.map((each) => ({ from: each.fromSec, to: each.toSec })), [finding]);
  const at = cursorSec.value;
  const row = at === null ? filled.lastIndexOf(true) : nearest(series.t, at);
  return (
    <>
      {charts.map((chart, i) => {
        const last = i === charts.length - 1;
        const nox = chart.unit === 'ppm';
        return (
          <div class="chart" key={chart.unit}>
            <Legend chart={chart} colours={colours} row={row} samples={series.reduction.samples} />
            {nox && trace && <Conversion trace={trace} finding={finding} />}
            <UnitPlot
              chart={chart}
              t={series.t}
              from={fromSec}
              to={toSec}
              empty={empty}
              emptyWords={i === 0 ? w('noData') : ''}
              shades={shades}
              colours={colours}
              height={HEIGHT_PX + (last ? TIMES_PX : 0)}
              showTimes={last}
              paint={`${theme.value} ${language.value}`}
              {...(nox ? { levels, decided } : {})}
              {...(i === 0 ? { at: leadSec } : {})}
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
