import { w as lw } from '../../i18n/words/leads.ts';
import { w } from '../../i18n/words/today.ts';
import { dayTime, formatCount, formatValue } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { now } from '../../state/clock.ts';
import { type Overview, view } from './today.ts';

type Change = NonNullable<Overview['changes']>['list'][number];

/** What is counted at the head, in this order. */
const COUNTED = [
  'opened',
  'reopened',
  'withdrawn',
  'closed',
  'R-FUEL-THEFT',
  'R-UREA-DRAIN',
  'tamper',
  'fuelTheft',
  'noxSustained',
  'ureaEmpty',
  'R-FUEL-REFILL',
  'R-UREA-REFILL',
] as const;
const ROUTINE = ['R-FUEL-REFILL', 'R-UREA-REFILL'];
const GRAVE = ['R-FUEL-THEFT', 'R-UREA-DRAIN', 'tamper', 'fuelTheft', 'noxSustained', 'ureaEmpty'];

function wordsOf(change: Change): string {
  if (change.kind === 'tank') return w.has(change.what) ? w(change.what) : change.name;
  if (change.kind === 'alarm') return w.has(change.what) ? w(change.what) : change.what;
  const cause = lw.has(change.what) ? lw(change.what) : change.what;
  return `${w(change.kind)} · ${cause}${change.reason === null || change.kind === 'opened' ? '' : ` (${change.reason})`}`;
}

/** What was lost, or what an alarm was raised for; a lead of the same name is told by its own mark. */
function isGrave({ kind, what }: Change): boolean {
  return (kind === 'tank' || kind === 'alarm') && GRAVE.includes(what);
}

function whenOf(change: Change): string {
  if (change.at !== null) return dayTime(Date.parse(change.at), now.value);
  if (change.fromSec !== null) return dayTime(change.fromSec * 1000, now.value);
  return change.day?.slice(5) ?? '';
}

function Line({ change }: { change: Change }) {
  const lead = change.kind !== 'tank' && change.kind !== 'alarm' && change.id !== null;
  return (
    <li>
      <a href={lead ? pathOf('leads', change.id) : pathOf('vehicles', change.vehicle.id)}>
        <span class="quiet when">{whenOf(change)}</span>
        <b>{change.vehicle.plate}</b>
        <span class={isGrave(change) ? 'attention' : ''}>
          {isGrave(change) && <span aria-hidden="true">△ </span>}
          {wordsOf(change)}
          {change.litres !== null && ` ${w('litres', { n: formatValue(Math.abs(change.litres), 0) })}`}
        </span>
      </a>
    </li>
  );
}

/** What happened since the begin of yesterday: counts of each kind, then what tells, then everything. */
export function Changes({ overview }: { overview: Overview }) {
  const { changes } = overview;
  if (changes === null) return null;
  const { all } = view.value;
  const counted = COUNTED.filter((key) => (changes.counts[key] ?? 0) > 0);
  const telling = changes.list.filter((change) => !ROUTINE.includes(change.what));
  const shown = all ? changes.list : telling.slice(0, 8);
  return (
    <section class="section" aria-label={w('changes')}>
      <h2>{w('changes')}</h2>
      {counted.length === 0 ? (
        <p class="quiet">{w('changesNone')}</p>
      ) : (
        <p class="tally">
          {counted.map((key) => (
            <span key={key} class="nowrap">
              {w(key)} <b>{formatCount(changes.counts[key] ?? 0)}</b>
            </span>
          ))}
        </p>
      )}
      <ul class="action-list">
        {shown.map((change, i) => (
          <Line key={`${change.vehicle.id} ${change.what} ${i}`} change={change} />
        ))}
      </ul>
      {changes.list.length > telling.slice(0, 8).length && (
        <button type="button" class="plain" onClick={() => view.show({ all: !all }, 'replace')}>
          {all ? w('showTells') : w('showAll', { n: formatCount(changes.list.length) })}
        </button>
      )}
    </section>
  );
}
