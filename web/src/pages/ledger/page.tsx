import { t } from '../../i18n/words/shell.ts';
import '../../styles/ledger.css';
import { w } from '../../i18n/words/ledger.ts';
import { Page } from '../../shell/page.tsx';
import { useKeys } from '../../state/keys.ts';
import { go } from '../../state/place.ts';
import { EntryDetail } from './detail.tsx';
import { Entries } from './entries.tsx';
import { Incidents } from './incidents.tsx';
import { LinkTallies } from './link.tsx';
import { TABS, view } from './view.ts';

/** The ledger: what was not stored and why, what the doors refused, and that the sums agree. */
export function LedgerPage({ id }: { id: string | null }) {
  const { tab } = view.value;
  useKeys([
    ...TABS.map((each, i) => ({
      keys: [String(i + 1)],
      words: () => w(each),
      act: () => go(`/ledger${view.query({ tab: each })}`),
    })),
    ...(id === null ? [] : [{ keys: ['Escape'], words: () => t('keyClose'), act: () => go(`/ledger${view.query()}`) }]),
  ]);
  return (
    <Page
      title={w('title')}
      facts={
        <nav class="choice" aria-label={w('tabs')}>
          {TABS.map((each) => (
            <a key={each} href={`/ledger${view.query({ tab: each })}`} aria-current={tab === each ? 'page' : undefined}>
              {w(each)}
            </a>
          ))}
        </nav>
      }
    >
      {tab === 'entries' && (
        <div class={id === null ? 'split' : 'split split-open'}>
          <div class="split-list">
            <Entries chosen={id === null ? null : Number(id)} />
          </div>
          {id !== null && <EntryDetail key={id} id={id} />}
        </div>
      )}
      {tab === 'incidents' && <Incidents />}
      {tab === 'link' && <LinkTallies />}
    </Page>
  );
}
