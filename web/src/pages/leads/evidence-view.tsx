import { useSignal } from '@preact/signals';
import '../../styles/vehicle.css';
import 'uplot/dist/uPlot.min.css';
import { w } from '../../i18n/words/evidence.ts';
import { t } from '../../i18n/words/shell.ts';
import { clockTime, formatCount, formatSpan } from '../../model/format.ts';
import { useKeys } from '../../state/keys.ts';
import { useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { Failed } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';
import { cursorSec, runningPart, shownStretch, unzoom, zoomTo } from './cursor.ts';
import { boundsOf, fetchSignals, fetchTrace, type Series, SIGNALS, windowKind } from './evidence.ts';
import { EvidenceTables } from './evidence-tables.tsx';
import { type Finding, view } from './leads.ts';
import { SignalCharts } from './signal-charts.tsx';
import { JudgementStrip } from './strip.tsx';
import { TrackView } from './track-view.tsx';
import { WindowsChart } from './windows-chart.tsx';

/** Days that can be chosen: the newest of a finding. */
const MOST_DAYS = 10;

/** How what is drawn was made of the samples. */
function Badge({ reduction }: { reduction: Series['reduction'] }) {
  const samples = formatCount(reduction.samples);
  return (
    <span class="badge small">
      {reduction.method === 'raw' ? (
        w('raw', { n: samples })
      ) : (
        <Term id="reduction">{w('reducedNow', { span: formatSpan(reduction.bucketS ?? 0), n: samples })}</Term>
      )}
    </span>
  );
}

function Days({ finding, date }: { finding: Finding; date: string }) {
  const days = [...new Set([...finding.days, finding.day])].sort().slice(-MOST_DAYS);
  return (
    <nav class="choice" aria-label={w('day')}>
      {days.map((each) => (
        <a
          key={each}
          href={`${location.pathname}${view.query({ finding: finding.id, day: each, from: '', to: '', at: '' })}`}
          aria-current={each === date ? 'page' : undefined}
        >
          {each.slice(5)}
        </a>
      ))}
    </nav>
  );
}

/** What a finding rests on: its windows and signals over the day on one cursor, what was judged of it, and the way of the truck beside them. */
export function EvidenceView({ vehicleId, finding }: { vehicleId: number; finding: Finding }) {
  const stretch = shownStretch(finding);
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
  const shown = runningPart(stretch, trace.data.value);
  const cut = !zoomed && (shown.fromSec > fromSec || shown.toSec < toSec);
  const bounds = boundsOf(date);
  const playing = useSignal(false);
  useKeys([
    { keys: ['t'], words: () => w('keyTable'), act: () => view.show({ table: !view.peek().table }, 'replace') },
    { keys: ['p'], words: () => w('keyPlay'), act: () => (playing.value = !playing.peek()) },
    ...(zoomed ? [{ keys: ['Escape'], words: () => w('unzoom'), act: unzoom }] : []),
  ]);
  return (
    <section class="evidence" aria-label={w('title')}>
      <div class="filters">
        <Days finding={finding} date={date} />
        {zoomed && (
          <button type="button" onClick={unzoom}>
            ← {w('unzoom')}
          </button>
        )}
        {cut && (
          <button type="button" onClick={() => zoomTo(bounds.fromSec, bounds.toSec)}>
            {w('wholeDay', { from: clockTime(shown.fromSec * 1000).slice(0, 5), to: clockTime(shown.toSec * 1000).slice(0, 5) })}
          </button>
        )}
        {series.data.value && <Badge reduction={series.data.value.reduction} />}
        <span class="quiet small drag-hint">{w('zoomHint')}</span>
        <span class="fill" />
        <button type="button" aria-pressed={table} onClick={() => view.show({ table: !table }, 'replace')}>
          {w(table ? 'charts' : 'table')}
        </button>
      </div>
      {trace.failure.value?.code === 'NOT_FOUND' && <p class="hint">{w('dayMissing')}</p>}
      {trace.failure.value?.code !== 'NOT_FOUND' && <Failed query={trace} />}
      <Failed query={series} />
      {table ? (
        <EvidenceTables vehicleId={vehicleId} trace={trace.data.value} series={series.data.value} />
      ) : (
        <div class="evidence-body">
          <div class="evidence-charts">
            {trace.data.value && (
              <JudgementStrip trace={trace.data.value} from={shown.fromSec} to={shown.toSec} at={cursorSec.value} />
            )}
            {trace.data.value && <WindowsChart trace={trace.data.value} finding={finding} stretch={shown} />}
            {series.data.value ? (
              <SignalCharts series={series.data.value} trace={trace.data.value} finding={finding} stretch={shown} />
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
