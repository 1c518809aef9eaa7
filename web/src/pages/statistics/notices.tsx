import { w } from '../../i18n/words/statistics.ts';
import { formatCount } from '../../model/format.ts';
import { say, type Table } from './view.ts';

/** What to know about an answer: its days, how much was not evaluated, whatever was made coarser or cut. */
export function Notices({ table }: { table: Table }) {
  return (
    <ul class="notices small">
      <li class="quiet">
        {w('span', table.period)} · {w('trucks', { n: formatCount(table.trucks) })} ·{' '}
        {w('truckDays', { n: formatCount(table.truckDays) })}
      </li>
      {table.notEvaluatedDays > 0 && (
        <li class="data-problem">◌ {w('notEvaluatedDays', { n: formatCount(table.notEvaluatedDays) })}</li>
      )}
      {table.notices.map(({ code, text }) => (
        <li key={code} class={code === 'noValidData' ? 'data-problem' : 'quiet'}>
          {say(text)}
        </li>
      ))}
    </ul>
  );
}
