import { useEffect } from 'preact/hooks';
import '../../styles/cases.css';
import '../../styles/inspections.css';
import { w } from '../../i18n/words/inspections.ts';
import { t } from '../../i18n/words/shell.ts';
import { Page } from '../../shell/page.tsx';
import { may, noteFailure } from '../../state/session.ts';
import { needTable } from '../cases/cases.ts';
import { AgreementPart } from './agreement.tsx';
import { EnterInspection } from './enter.tsx';
import { ImportInspections } from './import-file.tsx';
import { catalogue, needCatalogue, view } from './inspections.ts';
import { InspectionList } from './list.tsx';
import { InspectionWholePage } from './whole.tsx';

/** Other inspections: the records, and how far they agree with the OBD data; or one record whole. */
export function InspectionsPage({ id }: { id: string | null }) {
  useEffect(() => {
    Promise.all([needCatalogue(), needTable()]).catch(noteFailure);
  }, []);
  if (!catalogue.value)
    return (
      <Page title={w('title')}>
        <p class="hint">{t('loading')}</p>
      </Page>
    );
  if (id !== null) return <InspectionWholePage key={id} id={id} />;
  const { tab } = view.value;
  return (
    <Page
      title={w('title')}
      facts={
        <nav class="choice" aria-label={w('title')}>
          {(['list', 'agreement'] as const).map((each) => (
            <a key={each} href={`/inspections${view.query({ tab: each })}`} aria-current={tab === each ? 'page' : undefined}>
              {w(each === 'list' ? 'tabList' : 'tabAgreement')}
            </a>
          ))}
        </nav>
      }
      actions={
        may('cases.work') && tab === 'list' ? (
          <>
            <ImportInspections />
            <EnterInspection />
          </>
        ) : null
      }
    >
      {tab === 'list' ? <InspectionList /> : <AgreementPart />}
    </Page>
  );
}
