import { signal } from '@preact/signals';
import { t } from '../i18n/words/shell.ts';
import { formatSpan } from '../model/format.ts';

/** Link states in the order of the count line. */
export const STATES = ['online', 'late', 'silent', 'neverSeen', 'laidUp'] as const;
export type LinkState = (typeof STATES)[number];

const MARKS = { online: '●', late: '◐', silent: '○', neverSeen: '–', laidUp: '‖' } as const satisfies Record<LinkState, string>;

/** The service's own thresholds, as it last told them. */
export const thresholds = signal({ onlineS: 120, lateS: 3600 });

/** What a state means, with the service's thresholds. */
export function stateRule(state: LinkState): string {
  const { onlineS, lateS } = thresholds.value;
  if (state === 'online') return t('onlineRule', { span: formatSpan(onlineS) });
  if (state === 'late') return t('lateRule', { span: formatSpan(lateS) });
  if (state === 'laidUp') return t('laidUpRule');
  return state === 'silent' ? t('silentRule', { span: formatSpan(lateS) }) : t('neverSeenRule');
}

/** The state by now: a truck that was online when it was last read becomes late by itself, and silent unless it is laid up. */
export function stateNow(lastReceivedAt: string | null, nowMs: number, laidUp = false): LinkState {
  const ageS = lastReceivedAt === null ? Number.POSITIVE_INFINITY : (nowMs - Date.parse(lastReceivedAt)) / 1000;
  const { onlineS, lateS } = thresholds.value;
  if (ageS <= onlineS) return 'online';
  if (ageS <= lateS) return 'late';
  if (laidUp) return 'laidUp';
  return lastReceivedAt === null ? 'neverSeen' : 'silent';
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
