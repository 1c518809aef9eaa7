import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/words/shell.ts';

/**
 * A dialog over the page: the browser keeps the focus inside, closes it with Escape, and gives the focus back. The first field has the focus
 * when it opens.
 */
export function Modal({
  title,
  onClose,
  wide = false,
  children,
}: {
  title: string;
  onClose: () => void;
  wide?: boolean;
  children: ComponentChildren;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!ref.current || ref.current.open) return;
    ref.current.showModal();
    ref.current.querySelector<HTMLElement>('form :is(input, select, textarea):enabled')?.focus();
  }, []);
  return (
    <dialog ref={ref} onClose={onClose} aria-label={title} class={wide ? 'wide' : ''}>
      <header>
        <h2>{title}</h2>
        <button type="button" class="plain" onClick={() => ref.current?.close()} title={t('close')} aria-label={t('close')}>
          ✕
        </button>
      </header>
      {children}
    </dialog>
  );
}
