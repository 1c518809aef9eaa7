import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { t } from '../i18n/words/shell.ts';

/**
 * What a list is narrowed by. On a phone the choice of period or state and the search stand alone, and the others come when they are asked
 * for: the list itself begins high on the screen. `active`: how many of those others narrow the list now.
 */
export function FilterBar({
  active = 0,
  class: extra = '',
  children,
}: {
  active?: number;
  class?: string;
  children: ComponentChildren;
}) {
  const all = useSignal(false);
  return (
    <div class={['filters folds', extra, all.value && 'all'].filter(Boolean).join(' ')}>
      {children}
      <button
        type="button"
        class="fold"
        aria-expanded={all.value}
        onClick={() => {
          all.value = !all.value;
        }}
      >
        {active > 0 ? t('filtersActive', { n: active }) : t('filters')}
      </button>
    </div>
  );
}
