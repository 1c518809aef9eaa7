import '../../styles/people.css';
import { w } from '../../i18n/words/people.ts';
import { choice, text, word } from '../../model/view-fields.ts';
import { Page } from '../../shell/page.tsx';
import { pageView } from '../../state/place.ts';
import { may } from '../../state/session.ts';
import { Audit } from './audit.tsx';
import { People } from './people.tsx';
import { Security } from './security.tsx';

/** What the page shows, kept in the address. */
export const view = pageView({
  tab: choice(['people', 'audit', 'security'], null),
  actor: text(64),
  action: word(/^[A-Za-z.]{1,60}$/, ''),
  outcome: choice(['done', 'refused'], null),
});

const NAMES = { people: 'tabPeople', audit: 'tabAudit', security: 'tabSecurity' } as const;

/** Accounts, the audit trail, and the rules for passwords and sessions; each for whom it is meant. */
export function PeoplePage() {
  const tabs = [
    ...(may('people.read') ? (['people'] as const) : []),
    ...(may('audit.read') ? (['audit'] as const) : []),
    ...(may('people.read') ? (['security'] as const) : []),
  ];
  const tab = tabs.find((each) => each === view.value.tab) ?? tabs[0];
  return (
    <Page
      title={w('title')}
      finder={may('fleet.read')}
      facts={
        <nav class="choice" aria-label={w('title')}>
          {tabs.map((each) => (
            <a key={each} href={`/people${view.query({ tab: each })}`} aria-current={tab === each ? 'page' : undefined}>
              {w(NAMES[each])}
            </a>
          ))}
        </nav>
      }
    >
      {tab === 'people' && <People />}
      {tab === 'audit' && <Audit />}
      {tab === 'security' && <Security />}
    </Page>
  );
}
