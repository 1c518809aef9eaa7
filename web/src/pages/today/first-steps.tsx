import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n/words/shell.ts';

/** The way to the first real terminal. Its forms are fetched where it is shown: who has trucks does not load them with the page. */
export function FirstSteps({ demo }: { demo: boolean }) {
  const code = useSignal<{ page: ComponentType<{ demo: boolean }> } | 'failed' | null>(null);
  useEffect(() => {
    import('./first-terminal.tsx').then(
      ({ FirstTerminal }) => {
        code.value = { page: FirstTerminal };
      },
      () => {
        code.value = 'failed';
      },
    );
  }, []);
  if (code.value === null) return <p class="hint">{t('loading')}</p>;
  if (code.value === 'failed') return <p class="hint">{t('pageFailedText')}</p>;
  const Steps = code.value.page;
  return <Steps demo={demo} />;
}
