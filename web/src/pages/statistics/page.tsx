import '../../styles/statistics.css';
import { w } from '../../i18n/words/statistics.ts';
import { Page } from '../../shell/page.tsx';
import { useKeys } from '../../state/keys.ts';
import { go } from '../../state/place.ts';
import { useQuery } from '../../state/query.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { Empty, Read } from '../../ui/states.tsx';
import { Explorer } from './explorer.tsx';
import { Guidance } from './guidance.tsx';
import { EmissionMap } from './map.tsx';
import { Overview } from './overview.tsx';
import { Ranking } from './ranking.tsx';
import { SavedViews } from './saved-views.tsx';
import { needCatalogue, TABS, type Tab, view } from './view.ts';

const PARTS: Readonly<Record<Tab, () => preact.JSX.Element | null>> = {
  overview: Overview,
  explorer: Explorer,
  ranking: Ranking,
  map: EmissionMap,
  guidance: Guidance,
};

function pathOfTab(tab: Tab): string {
  return tab === 'overview' ? '/statistics' : `/statistics/${tab}`;
}

/** The analyst's desk: what the fleet emits, who, where, when, whether it gets better, and how good the data is. */
export function StatisticsPage({ id }: { id: string | null }) {
  const tab = TABS.find((each) => each === (id ?? 'overview'));
  const catalogue = useQuery('statistics catalogue', needCatalogue);
  useKeys(
    TABS.map((each, i) => ({ keys: [String(i + 1)], words: () => w(each), act: () => go(pathOfTab(each) + view.query()) })),
  );
  const Part = tab === undefined ? null : PARTS[tab];
  return (
    <Page
      title={w('title')}
      facts={
        <nav class="choice" aria-label={w('tabs')}>
          {TABS.map((each) => (
            <a key={each} href={pathOfTab(each) + view.query()} aria-current={tab === each ? 'page' : undefined}>
              {w(each)}
            </a>
          ))}
        </nav>
      }
      actions={tab !== undefined && tab !== 'overview' ? <SavedViews tab={tab} /> : undefined}
    >
      <Scroll>
        <div class="statistics">
          <Read query={catalogue}>{() => (Part === null ? <Empty title={w('empty')} /> : <Part />)}</Read>
        </div>
      </Scroll>
    </Page>
  );
}
