import { t } from '../i18n/index.ts';
import { counts, failure, rows } from '../state/fleet.ts';
import { session } from '../state/session.ts';
import { view } from '../state/view.ts';
import { AddDialog } from './add-dialog.tsx';
import { EmptyFleet } from './empty-fleet.tsx';
import { FleetPane } from './fleet-pane.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { LostBanner } from './lost-banner.tsx';
import { SignIn } from './sign-in.tsx';
import { TopBar } from './top-bar.tsx';
import { TruckPane } from './truck-pane.tsx';

/** The page: trucks on the left, the chosen one on the right; on a phone one after the other. */
export function App() {
  const open = view.value.truck !== null;
  const state = session.value;
  if (state === 'out' || state === 'spent') {
    return (
      <div class="app">
        <TopBar signedIn={false} />
        <SignIn spent={state === 'spent'} />
      </div>
    );
  }
  if (state === 'trying') {
    return (
      <div class="app">
        <TopBar signedIn={false} />
        <p class="hint">{t('signingIn')}</p>
      </div>
    );
  }
  const empty = counts.value?.total === 0 && view.value.search === '' && failure.value === null && rows.value.length === 0;
  return (
    <div class={open ? 'app app-open' : 'app'}>
      <a class="skip" href="#fleet">
        {t('skip')}
      </a>
      <TopBar signedIn={true} />
      <LostBanner />
      {empty ? (
        <EmptyFleet />
      ) : (
        <main class="panes">
          <FleetPane />
          {open && <TruckPane />}
        </main>
      )}
      <KeysDialog />
      <AddDialog />
    </div>
  );
}
