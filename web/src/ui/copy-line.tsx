import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { t } from '../i18n/words/shell.ts';

/** A line to copy: shown whole, copied by one press. */
export function CopyLine({ text }: { text: string }) {
  const copied = useSignal(false);
  const line = useRef<HTMLElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      copied.value = true;
      setTimeout(() => {
        copied.value = false;
      }, 2000);
    } catch {
      // Browsers withhold the clipboard on plain HTTP: mark the text, so that Ctrl-C takes it.
      if (line.current) getSelection()?.selectAllChildren(line.current);
    }
  };
  return (
    <div class="copy-line">
      <code ref={line}>{text}</code>
      <button type="button" onClick={() => void copy()}>
        {t(copied.value ? 'copied' : 'copy')}
      </button>
    </div>
  );
}
