import { w } from '../../i18n/words/evidence.ts';
import { clockTime, formatValue, isoBeijing } from '../../model/format.ts';
import { SeriesTable } from '../vehicle/series-table.tsx';
import type { Series, Trace } from './evidence.ts';
import { view } from './leads.ts';
import { Messages } from './messages.tsx';

const time = (sec: number) => clockTime(sec * 1000);

function Judged({ trace }: { trace: Trace }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keys (WCAG 2.1.1).
    <section class="twin" aria-label={w('judgement')} tabIndex={0}>
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
    </section>
  );
}

/** Every chart of the evidence as a table, and the original messages behind a row. */
export function EvidenceTables({ vehicleId, trace, series }: { vehicleId: number; trace: Trace | null; series: Series | null }) {
  const at = Date.parse(view.value.at) / 1000;
  return (
    <>
      {trace && <Judged trace={trace} />}
      {series && (
        <>
          <p class="hint quiet small">{w('messagesHint')}</p>
          <div class="twin-series">
            <SeriesTable
              series={series}
              onMoment={(sec) => view.show({ at: isoBeijing(sec * 1000) }, 'replace')}
              moment={Number.isNaN(at) ? null : at}
            />
          </div>
          {!Number.isNaN(at) && <Messages vehicleId={vehicleId} sec={at} spanS={series.reduction.bucketS ?? 1} />}
        </>
      )}
    </>
  );
}
