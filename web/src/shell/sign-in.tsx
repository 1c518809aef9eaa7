import { t } from '../i18n/words/shell.ts';
import { CopyLine } from '../ui/copy-line.tsx';

/** What to do without a session: how to get a sign-in link. */
export function SignIn({ spent }: { spent: boolean }) {
  return (
    <main class="notice" id="main">
      <h1>{t('signInTitle')}</h1>
      <p>{t(spent ? 'signInSpent' : 'signInText')}</p>
      <CopyLine text="npm run plume -- setup-link" />
    </main>
  );
}
