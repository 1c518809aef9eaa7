import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n/words/shell.ts';

/** A part of a page whose code is fetched by itself. */
export interface Late<Props> {
  (props: Props): preact.JSX.Element;
  /** Fetches the code now, so that it is there when the part is shown. */
  fetchNow(): void;
}

/** A part of a page whose code is fetched when it is first shown: who never opens it does not load it with the page. */
export function late<Props extends object>(load: () => Promise<ComponentType<Props>>): Late<Props> {
  const code = signal<{ part: ComponentType<Props> } | 'fetching' | 'failed' | null>(null);
  const fetchNow = () => {
    if (code.peek() !== null && code.peek() !== 'failed') return;
    code.value = 'fetching';
    load().then(
      (part) => {
        code.value = { part };
      },
      () => {
        code.value = 'failed';
      },
    );
  };
  const Shown = (props: Props) => {
    useEffect(fetchNow, []);
    const now = code.value;
    if (now === 'failed') return <p class="hint">{t('pageFailedText')}</p>;
    if (now === null || now === 'fetching') return <p class="hint">{t('loading')}</p>;
    const Part = now.part;
    return <Part {...props} />;
  };
  return Object.assign(Shown, { fetchNow });
}
