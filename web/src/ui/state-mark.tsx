import { signal } from '@preact/signals';
import { t } from '../i18n/words/shell.ts';
import { formatSpan } from '../model/format.ts';

/** Link states in the order of the count line. */
export const STATES = ['online', 'late', 'silent', 'neverSeen'] as const;
export type LinkState = (typeof STATES)[number];

const MARKS = { online: '●', late: '◐', silent: '○', neverSeen: '–' } as const satisfies Record<LinkState, string>;

/** The service's own thresholds, as it last told them. */
export const thresholds = signal({ onlineS: 120, lateS: 3600 });

/** What a state means, with the service's thresholds. */
export function stateRule(state: LinkState): string {
  const { onlineS, lateS } = thresholds.value;
  if (state === 'online') return t('onlineRule', { span: formatSpan(onlineS) });
  if (state === 'late') return t('lateRule', { span: formatSpan(lateS) });
  return state === 'silent' ? t('silentRule', { span: formatSpan(lateS) }) : t('neverSeenRule');
}

/** The state by now: a truck that was online when it was last read becomes late by itself. */
export function stateNow(lastReceivedAt: string | null, nowMs: number): LinkState {
  if (lastReceivedAt === null) return 'neverSeen';
  const ageS = (nowMs - Date.parse(lastReceivedAt)) / 1000;
  const { onlineS, lateS } = thresholds.value;
  return ageS <= onlineS ? 'online' : ageS <= lateS ? 'late' : 'silent';
}

/** The shape and the word of a link state. */
export function StateMark({ state }: { state: LinkState }) {
  return (
    <span class={`state state-${state}`} title={stateRule(state)}>
      <span class="mark" aria-hidden="true">
        {MARKS[state]}
      </span>{' '}
      <span class="word">{t(state)}</span>
    </span>
  );
}
