import { useEffect } from 'preact/hooks';
import '../../styles/cases.css';
import { w } from '../../i18n/words/cases.ts';
import { Page } from '../../shell/page.tsx';
import { may, noteFailure } from '../../state/session.ts';
import { needTable, TABS, table, view } from './cases.ts';
import { Figures } from './figures.tsx';
import { ImportFile } from './import-file.tsx';
import { CaseList } from './list.tsx';
import { OpenCase } from './open-case.tsx';
import { Stations } from './stations.tsx';
import { CasePage } from './whole.tsx';
import { Workload } from './workload.tsx';

const NAMES = { list: 'tabList', workload: 'tabWorkload', figures: 'tabFigures', stations: 'tabStations' } as const;

/** Cases: the list, who has how many, how well they are handled, the stations; or one case whole. */
export function CasesPage({ id }: { id: string | null }) {
  useEffect(() => {
    needTable().catch(noteFailure);
  }, []);
  if (id !== null) return <CasePage key={id} id={id} />;
  const { tab } = view.value;
  return (
    <Page
      title={w('title')}
      facts={
        <nav class="choice" aria-label={w('title')}>
          {TABS.map((each) => (
            <a key={each} href={`/cases${view.query({ tab: each })}`} aria-current={tab === each ? 'page' : undefined}>
              {w(NAMES[each])}
            </a>
          ))}
        </nav>
      }
      actions={
        may('cases.work') && tab === 'list' ? (
          <>
            <ImportFile />
            <OpenCase />
          </>
        ) : null
      }
    >
      {tab === 'list' && table.value && <CaseList />}
      {tab === 'workload' && <Workload />}
      {tab === 'figures' && <Figures />}
      {tab === 'stations' && <Stations />}
    </Page>
  );
}
