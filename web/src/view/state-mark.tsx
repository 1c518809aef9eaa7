import { t } from '../i18n/index.ts';
import { formatSpan } from '../model/format.ts';
import type { State } from '../model/url-state.ts';
import { thresholds } from '../state/fleet.ts';

const MARKS = { online: '●', late: '◐', silent: '○', neverSeen: '–' } as const satisfies Record<State, string>;

/** What a state means, with the service's own thresholds. */
export function stateRule(state: State): string {
  const { onlineS, lateS } = thresholds.value;
  if (state === 'online') return t('onlineRule', { span: formatSpan(onlineS) });
  if (state === 'late') return t('lateRule', { span: formatSpan(lateS) });
  return state === 'silent' ? t('silentRule', { span: formatSpan(lateS) }) : t('neverSeenRule');
}

/** The shape and the word of a link state. */
export function StateMark({ state }: { state: State }) {
  return (
    <span class={`state state-${state}`} title={stateRule(state)}>
      <span class="mark" aria-hidden="true">
        {MARKS[state]}
      </span>{' '}
      <span class="word">{t(state)}</span>
    </span>
  );
}
