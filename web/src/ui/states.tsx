import type { ComponentChildren } from 'preact';
import type { CallError } from '../data/client.ts';
import { t } from '../i18n/words/shell.ts';
import { formatCount } from '../model/format.ts';
import type { Pages } from '../state/pages.ts';
import type { Query } from '../state/query.ts';

/** A place that has nothing to show says so, and what to do. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Why a reading failed, and a way to try again. Nothing while it is merely away: the banner says that, and it is tried again by itself. */
export function Failed({ query }: { query: { failure: { readonly value: CallError | null }; again: () => void } }) {
  const failure = query.failure.value;
  if (failure === null) return null;
  return (
    <div class="hint" role="alert">
      <p>{t('failed', { reason: failure.message })}</p>
      <button type="button" onClick={() => query.again()}>
        {t('retry')}
      </button>
    </div>
  );
}

/** Whether a failure is told where the answer would stand: what the banner tells for the whole page is not. */
function toldHere(failure: CallError | null): boolean {
  return failure?.kind === 'refused' || failure?.kind === 'broken';
}

/** What stands where nothing was read yet: that it is being read, or why it could not be. */
export function Waiting({ query }: { query: { failure: { readonly value: CallError | null }; again: () => void } }) {
  return toldHere(query.failure.value) ? <Failed query={query} /> : <p class="hint quiet">{t('loading')}</p>;
}

/** Shows what was read; before that, that it is being read, or why it could not be. */
export function Read<T>({ query, children }: { query: Query<T>; children: (data: T) => ComponentChildren }) {
  const data = query.data.value;
  if (data !== null) return <>{children(data)}</>;
  return <Waiting query={query} />;
}

/** What stands under a list that is read page by page: that it is being read, that it is empty, why it failed, that there is more. */
export function ListFoot({ pages, empty }: { pages: Pages<unknown>; empty?: ComponentChildren }) {
  if (toldHere(pages.failure)) return <Failed query={{ failure: { value: pages.failure }, again: pages.again }} />;
  if (!pages.ready) return <p class="hint">{t('loading')}</p>;
  if (pages.rows.length === 0) return <>{empty ?? <p class="hint">{t('noMatch')}</p>}</>;
  return pages.more ? <p class="hint">{t('listedSome', { n: formatCount(pages.rows.length) })}</p> : null;
}
