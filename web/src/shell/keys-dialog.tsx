import { t } from '../i18n/words/shell.ts';
import { bindingsNow, going, keysOpen, lettersAct } from '../state/keys.ts';
import { Modal } from '../ui/modal.tsx';
import { NAMES, pagesForMe } from './rail.tsx';

const SHOWN: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  ' ': 'Space',
};

function KeyRow({ keys, words }: { keys: readonly string[]; words: string }) {
  return (
    <div>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{SHOWN[key] ?? key}</kbd>
        ))}
      </dt>
      <dd>{words}</dd>
    </div>
  );
}

/** The list of keys: those of the page first. */
export function KeysDialog() {
  if (!keysOpen.value) return null;
  const here = bindingsNow();
  return (
    <Modal title={t('keysTitle')} onClose={() => (keysOpen.value = false)}>
      {here.length > 0 && (
        <>
          <h3>{t('keysHere')}</h3>
          <dl class="keys">
            {here.map((binding) => (
              <KeyRow key={binding.keys.join()} keys={binding.keys} words={binding.words()} />
            ))}
          </dl>
        </>
      )}
      <h3>{t('keysEverywhere')}</h3>
      <dl class="keys">
        <KeyRow keys={['/']} words={t('keyFind')} />
        <KeyRow keys={['g']} words={t('keyGo')} />
        {pagesForMe().map((page) => (
          <KeyRow key={page.id} keys={['g', page.key]} words={t(NAMES[page.id])} />
        ))}
        <KeyRow keys={['?']} words={t('keyHelp')} />
        <KeyRow keys={['Escape']} words={t('keyClose')} />
      </dl>
      <label class="switch">
        <input
          type="checkbox"
          checked={lettersAct.value}
          onChange={(event) => (lettersAct.value = event.currentTarget.checked)}
        />
        <span>
          {t('keysOn')}
          <span class="quiet"> {t('keysOnText')}</span>
        </span>
      </label>
    </Modal>
  );
}

/** While `g` waits for a letter: which letters there are. */
export function GoHint() {
  if (!going.value) return null;
  return (
    <div class="go-hint" role="status">
      <b>{t('goHint')}</b>
      {pagesForMe().map((page) => (
        <span key={page.id}>
          <kbd>{page.key}</kbd> {t(NAMES[page.id])}
        </span>
      ))}
    </div>
  );
}
