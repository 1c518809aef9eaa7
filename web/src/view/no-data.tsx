import type { Series } from '../data/client.ts';
import { t } from '../i18n/index.ts';
import { dayTime, formatSpan, nearTime } from '../model/format.ts';
import { tryLine } from '../model/try-line.ts';
import { rangeAt } from '../model/url-state.ts';
import { now } from '../state/clock.ts';
import { rejections, truck } from '../state/truck.ts';
import { view, zoom } from '../state/view.ts';
import { CopyLine } from './copy-line.tsx';
import { narrow } from './window.ts';

/** Never a blank: since when there is nothing, when the last frame came, what to do, and what of this terminal was not stored. */
export function NoData({ series }: { series: Series }) {
  const Title = narrow.value ? 'h2' : 'h3';
  const newest = series.newest;
  const last = newest ? Date.parse(newest.sampleAt) : null;
  const terminal = truck.value?.terminal?.id;
  const range = rangeAt(view.value.range, now.value);
  const since = last !== null && last <= range.fromMs;
  return (
    <div class="no-data">
      <Title>
        <span aria-hidden="true">◌</span>{' '}
        {last === null ? t('noDataNever') : since ? t('noDataSince', { time: nearTime(last, now.value) }) : t('noDataTitle')}
      </Title>
      {last !== null && (
        <p>
          {t('noDataBefore', { time: dayTime(last, now.value), ago: t('ago', { span: formatSpan((now.value - last) / 1000) }) })}
        </p>
      )}
      <p>{t(last !== null ? (since ? 'adviceSilent' : 'adviceRange') : terminal ? 'adviceNever' : 'adviceNoTerminal')}</p>
      {last !== null && (
        <button type="button" class="primary" onClick={() => zoom({ fromMs: last - 3_540_000, toMs: last + 60_000 })}>
          {t('adviceGo')}
        </button>
      )}
      {last === null && terminal && <CopyLine text={tryLine(location.hostname, terminal, '<secret>', now.value)} />}
      {rejections.value.length > 0 && (
        <>
          <p class="quiet small">{t('rejectedRecently')}</p>
          <ul class="rejections">
            {rejections.value.map((entry) => (
              <li key={entry.id}>
                {dayTime(Date.parse(entry.receivedAt), now.value)} <b>{entry.code}</b> {entry.field} {entry.reason}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
