import { t } from '../i18n/index.ts';
import { dialog } from './keys.ts';
import { Modal } from './modal.tsx';

/** The list of keys. */
export function KeysDialog() {
  if (dialog.value !== 'keys') return null;
  const keys = [
    ['/', t('keySearch')],
    ['j  ↓', t('keyDown')],
    ['k  ↑', t('keyUp')],
    ['Enter', t('keyOpen')],
    ['Esc', t('keyClose')],
    ['1 … 6', t('keyRange')],
    ['t', t('keyTable')],
    ['f', t('keyFollow')],
    ['?', t('keyHelp')],
  ] as const;
  return (
    <Modal title={t('keysTitle')} onClose={() => (dialog.value = null)}>
      <dl class="keys">
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p class="quiet">{t('keysDrag')}</p>
    </Modal>
  );
}
