import { useSignal } from '@preact/signals';
import { t } from '../i18n/index.ts';

/** A line to copy: shown whole, copied by one press. */
export function CopyLine({ text }: { text: string }) {
  const copied = useSignal(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      copied.value = true;
      setTimeout(() => (copied.value = false), 2000);
    } catch {
      // Browsers withhold the clipboard on plain HTTP: mark the text, so that Ctrl-C takes it.
      const line = document.getElementById(`line-${text.length}`);
      if (line) getSelection()?.selectAllChildren(line);
    }
  };
  return (
    <div class="copy-line">
      <code id={`line-${text.length}`}>{text}</code>
      <button type="button" onClick={() => void copy()}>
        {copied.value ? t('copied') : t('copy')}
      </button>
    </div>
  );
}
