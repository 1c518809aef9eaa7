import { useMemo } from 'preact/hooks';
import { UnitPlot } from '../../chart/unit-plot.tsx';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/evidence.ts';
import { t } from '../../i18n/words/shell.ts';
import { formatCount, formatSpan, formatValue } from '../../model/format.ts';
import { Term } from '../../ui/term.tsx';
import { theme } from '../../ui/theme.ts';
import { Legend } from '../vehicle/legend.tsx';
import { cursorSec, hear, nearest, type Stretch, unzoom, zoomTo } from './cursor.ts';
import { levelsOf, type Trace, windowSignal } from './evidence.ts';
import type { Finding } from './leads.ts';

const HEIGHT_PX = 112;

/** The windows of a day by when they end, with the limit that they are held against. */
export function WindowsChart({ trace, finding, stretch }: { trace: Trace; finding: Finding; stretch: Stretch }) {
  const { windows } = trace;
  const kind = w(windows.kind === 'work' ? 'workWindows' : 'fuelWindows');
  const reference = windows.reference === null ? t('none') : formatValue(windows.reference.value, 2);
  const chart = useMemo(
    () => ({ unit: 'g/kWh', signals: [windowSignal(trace, { zh: w.zh.windows, en: w.en.windows })] }),
    [trace],
  );
  const levels = useMemo(
    () =>
      levelsOf(finding, trace)
        .filter((each) => each.unit === 'g/kWh')
        .map(({ value, guard }) => ({
          value,
          words:
            guard === null
              ? w('limitLine', { value: formatValue(value, 2) })
              : w('guardedLine', { guard: formatValue(guard, 2), value: formatValue(value, 2) }),
          dashed: guard !== null,
        })),
    [finding, trace, language.value],
  );
  const decided = useMemo(() => finding.stretches.map((each) => ({ from: each.fromSec, to: each.toSec })), [finding]);
  const at = cursorSec.value;
  if (windows.t.every((_, i) => windows.valid[i] === 0)) {
    return <p class="hint quiet">{w('windowsNone', { kind, reference, pct: windows.thresholdPct })}</p>;
  }
  return (
    <div class="chart">
      <Legend
        chart={chart}
        colours={new Map()}
        row={at === null ? windows.t.length - 1 : nearest(windows.t, at)}
        samples={windows.count}
      />
      <p class="chart-note quiet small">
        <Term id="window">{kind}</Term> ·{' '}
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
        from={stretch.fromSec}
        to={stretch.toSec}
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
