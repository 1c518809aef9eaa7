import { t } from '../i18n/index.ts';
import { CopyLine } from './copy-line.tsx';

/** What to do without a session: how to get a sign-in link. */
export function SignIn({ spent }: { spent: boolean }) {
  return (
    <main class="notice" id="fleet">
      <h2>{t('signInTitle')}</h2>
      <p>{t(spent ? 'signInSpent' : 'signInText')}</p>
      <CopyLine text="npm run plume -- setup-link" />
    </main>
  );
}
