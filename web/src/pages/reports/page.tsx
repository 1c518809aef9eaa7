import '../../styles/statistics.css';
import '../../styles/reports.css';
import { w } from '../../i18n/words/reports.ts';
import { Page } from '../../shell/page.tsx';
import { may } from '../../state/session.ts';
import { ReportList } from './list.tsx';
import { MakeReport } from './make.tsx';
import { view } from './reports.ts';
import { SchedulePart } from './schedule.tsx';
import { ReportPage } from './whole.tsx';

const TABS = { list: 'tabList', schedule: 'tabSchedule' } as const;

/** Reports of days, months and years: the list, which are made by themselves, or one as a paper. */
export function ReportsPage({ id }: { id: string | null }) {
  if (id !== null) return <ReportPage key={id} id={id} />;
  const { tab } = view.value;
  return (
    <Page
      title={w('title')}
      facts={
        <nav class="choice" aria-label={w('title')}>
          {(['list', 'schedule'] as const).map((each) => (
            <a key={each} href={`/reports${view.query({ tab: each })}`} aria-current={tab === each ? 'page' : undefined}>
              {w(TABS[each])}
            </a>
          ))}
        </nav>
      }
      actions={may('reports.issue') && tab === 'list' ? <MakeReport /> : null}
    >
      {tab === 'list' ? <ReportList /> : <SchedulePart />}
    </Page>
  );
}
