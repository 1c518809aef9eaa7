import { w } from '../../i18n/words/cases.ts';
import { NO_VALUE } from '../../model/format.ts';
import type { Case } from './cases.ts';

const SOON = 3;

/** The nearest deadline of a case, in working days from now; what has passed is marked by shape, word and colour. */
export function DueMark({ of }: { of: Pick<Case, 'nearest' | 'closed'> }) {
  const { nearest, closed } = of;
  if (closed) return <span class="quiet">{closed.day}</span>;
  if (!nearest)
    return (
      <span class="quiet" title={w('noDeadline')}>
        {NO_VALUE}
      </span>
    );
  const { day, workingDays } = nearest;
  const tone = workingDays < 0 ? 'over' : workingDays <= SOON ? 'attention' : '';
  const mark = workingDays < 0 ? '▲ ' : workingDays <= SOON ? '△ ' : '';
  const words =
    workingDays < 0 ? w('daysOver', { n: -workingDays }) : workingDays === 0 ? w('dueToday') : w('daysLeft', { n: workingDays });
  return (
    <span class={`nowrap ${tone}`} title={nearest.estimated ? w('estimated') : undefined}>
      {mark}
      {day.slice(5)} · {words}
      {nearest.estimated && ' *'}
    </span>
  );
}
