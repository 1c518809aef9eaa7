import '../../styles/notices.css';
import { w } from '../../i18n/words/notices.ts';
import { choice } from '../../model/view-fields.ts';
import { Page } from '../../shell/page.tsx';
import { pageView } from '../../state/place.ts';
import { may } from '../../state/session.ts';
import { Addresses } from './addresses.tsx';
import { Channels } from './channels.tsx';
import { Outbox } from './outbox.tsx';
import { Subscriptions } from './subscriptions.tsx';

/** What the page shows, kept in the address. */
export const view = pageView({
  tab: choice(['outbox', 'subscriptions', 'channels', 'addresses'], 'outbox'),
  state: choice(['waiting', 'sent', 'givenUp'], null),
});

const NAMES = {
  outbox: 'tabOutbox',
  subscriptions: 'tabSubscriptions',
  channels: 'tabChannels',
  addresses: 'tabAddresses',
} as const;

/** Who is told what, over which channel, and what became of each message. */
export function NoticesPage() {
  const tabs = may('notices.manage') ? (['outbox', 'subscriptions', 'channels', 'addresses'] as const) : (['outbox'] as const);
  const tab = tabs.find((each) => each === view.value.tab) ?? 'outbox';
  return (
    <Page
      title={w('title')}
      facts={
        <nav class="choice" aria-label={w('title')}>
          {tabs.map((each) => (
            <a key={each} href={`/notices${view.query({ tab: each })}`} aria-current={tab === each ? 'page' : undefined}>
              {w(NAMES[each])}
            </a>
          ))}
        </nav>
      }
    >
      {tab === 'outbox' && <Outbox view={view} />}
      {tab === 'subscriptions' && <Subscriptions />}
      {tab === 'channels' && <Channels />}
      {tab === 'addresses' && <Addresses />}
    </Page>
  );
}
