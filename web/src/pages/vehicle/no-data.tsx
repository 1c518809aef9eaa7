import { api, take } from '../../data/client.ts';
import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/vehicle.ts';
import { dayTime, formatSpan, nearTime } from '../../model/format.ts';
import { rangeAt } from '../../model/view-fields.ts';
import { now } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { TryLine } from '../../ui/secret.tsx';
import { type Series, view, zoom } from './truck.ts';

/** Messages of a terminal that were not stored in the last seven days, the newest few. */
function Rejections({ terminal }: { terminal: string }) {
  const query = useQuery(`rejections ${terminal}`, (signal) =>
    take(api.ledger.$get({ query: { terminal, from: 'now-7d', limit: '3' } }, { init: { signal } })),
  );
  const entries = query.data.value?.entries ?? [];
  if (entries.length === 0) return null;
  return (
    <>
      <p class="quiet small">{w('rejectedRecently')}</p>
      <ul class="rejections">
        {entries.map((entry) => (
          <li key={entry.id}>
            <a href={`/ledger/${entry.id}`}>
              {dayTime(Date.parse(entry.receivedAt), now.value)} <b>{entry.code}</b> {entry.field}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Never a blank: since when there is nothing, when the last frame came, what to do, and what of this terminal was not stored. */
export function NoData({ series, terminal }: { series: Series; terminal: string | null }) {
  const newest = series.newest;
  const last = newest ? Date.parse(newest.sampleAt) : null;
  const range = rangeAt(view.value.range, now.value);
  const since = last !== null && last <= range.fromMs;
  return (
    <div class="no-data">
      <h2>
        <span aria-hidden="true">◌</span>{' '}
        {last === null ? w('noDataNever') : since ? w('noDataSince', { time: nearTime(last, now.value) }) : w('noDataTitle')}
      </h2>
      {last !== null && (
        <p>
          {w('noDataBefore', { time: dayTime(last, now.value), ago: t('ago', { span: formatSpan((now.value - last) / 1000) }) })}
        </p>
      )}
      <p>{w(last !== null ? (since ? 'adviceSilent' : 'adviceRange') : terminal ? 'adviceNever' : 'adviceNoTerminal')}</p>
      {last !== null && (
        <button type="button" class="primary" onClick={() => zoom({ fromMs: last - 3_540_000, toMs: last + 60_000 })}>
          {w('adviceGo')}
        </button>
      )}
      {last === null && terminal && <TryLine terminal={terminal} secret="<secret>" />}
      {terminal && <Rejections terminal={terminal} />}
    </div>
  );
}
