import { t } from '../i18n/index.ts';
import { tryLine } from '../model/try-line.ts';
import { now } from '../state/clock.ts';
import { CopyLine } from './copy-line.tsx';
import { dialog } from './keys.ts';

/** A fleet of none: how the first terminal comes in. */
export function EmptyFleet() {
  return (
    <main class="notice" id="fleet">
      <h2>{t('emptyFleetTitle')}</h2>
      <p>{t('emptyFleetSteps')}</p>
      <p>
        <button type="button" class="primary" onClick={() => (dialog.value = 'add')}>
          {t('add')}
        </button>
      </p>
      <CopyLine text={tryLine(location.hostname, 'T-0001', '<secret>', now.value)} />
    </main>
  );
}
