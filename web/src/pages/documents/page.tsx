import '../../styles/documents.css';
import { w } from '../../i18n/words/documents.ts';
import { choice } from '../../model/view-fields.ts';
import { Page } from '../../shell/page.tsx';
import { pageView } from '../../state/place.ts';
import { may } from '../../state/session.ts';
import { DOCUMENT_KINDS } from './kinds.ts';
import { OfficeForm } from './office.tsx';
import { Templates } from './templates.tsx';

/** What the page shows, kept in the address. */
export const view = pageView({ tab: choice(['templates', 'office'], 'templates'), kind: choice(DOCUMENT_KINDS, 'repairNotice') });

/** Templates of documents, and what the office prints on them. */
export function DocumentsPage() {
  const { tab } = view.value;
  return (
    <Page
      title={w('title')}
      finder={may('fleet.read')}
      facts={
        <nav class="choice" aria-label={w('title')}>
          <a href={`/documents${view.query({ tab: 'templates' })}`} aria-current={tab === 'templates' ? 'page' : undefined}>
            {w('tabTemplates')}
          </a>
          <a href={`/documents${view.query({ tab: 'office' })}`} aria-current={tab === 'office' ? 'page' : undefined}>
            {w('tabOffice')}
          </a>
        </nav>
      }
    >
      {tab === 'templates' ? <Templates view={view} /> : <OfficeForm />}
    </Page>
  );
}
