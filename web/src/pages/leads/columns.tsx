import { w } from '../../i18n/words/leads.ts';
import { formatShare, formatValue, NO_VALUE, THIN } from '../../model/format.ts';
import { howBad } from '../../model/how-bad.ts';
import { may } from '../../state/session.ts';
import type { Column } from '../../ui/data-table.tsx';
import { LevelMark } from '../../ui/level-mark.tsx';
import { chosen, toggle } from './chosen.ts';
import type { Lead } from './leads.ts';

/** How bad a lead is, in its most telling figure. */
function bad(lead: Lead): string {
  const told = lead.headline && howBad(lead.headline.figures, lead.headline.limit);
  if (!told) return NO_VALUE;
  const { figure, ratio } = told;
  const unit = figure.unit === '' ? '' : `${THIN}${figure.unit}`;
  const value = figure.unit === 'share' ? formatShare(figure.value) : `${formatValue(figure.value, figure.digits)}${unit}`;
  return ratio === null ? `${figure.name} ${value}` : w('timesLimit', { value, ratio: ratio.toFixed(1) });
}

/** Where a lead stands, and with whom. `names`: display names by user name. */
function standing(lead: Lead, names: ReadonlyMap<string, string>): string {
  const { triage } = lead;
  const ended = lead.state === 'withdrawn' ? w('withdrawn') : lead.state === 'closed' ? w('closed') : '';
  const parts = [
    ended !== '' && lead.ended !== null ? w('endedWhy', { ended, reason: lead.ended }) : ended,
    triage.state === 'new' && lead.state === 'open' ? w(triage.sinceDismissed ? 'sinceDismissed' : 'fresh') : '',
    triage.state === 'snoozed' && triage.snoozedUntil ? w('until', { date: triage.snoozedUntil.slice(5) }) : '',
    triage.state === 'confirmed' ? w('confirmed') : '',
    triage.state === 'dismissed'
      ? w('dismissDone', { reason: triage.reason !== null && w.has(triage.reason) ? w(triage.reason) : (triage.reason ?? '') })
      : '',
    triage.assignee ? w('assignedTo', { name: names.get(triage.assignee) ?? triage.assignee }) : '',
  ];
  return parts.filter((each) => each !== '').join(' · ');
}

/** What data a lead rests on: method class, share of valid NOx. */
function behind(lead: Lead): string {
  const h = lead.headline;
  if (!h) return NO_VALUE;
  const parts = [
    h.class ? w('class', { class: h.class }) : '',
    h.data.noxValidShare === null ? '' : w('valid', { share: formatShare(h.data.noxValidShare) }),
  ];
  return parts.filter((each) => each !== '').join(' · ') || NO_VALUE;
}

/** The columns of the list of leads. */
export function leadColumns(rows: () => readonly Lead[], names: ReadonlyMap<string, string>): Column<Lead>[] {
  const choose: Column<Lead> = {
    id: 'choose',
    head: <span class="hidden-words">{w('keyChoose')}</span>,
    class: 'c-choose',
    cell: (r) => (
      <input
        type="checkbox"
        checked={chosen.value.has(r.id)}
        aria-label={w('choose', { plate: r.vehicle.plate })}
        onClick={(event) =>
          toggle(
            r.id,
            event.shiftKey,
            rows().map(({ id }) => id),
          )
        }
      />
    ),
  };
  return [
    ...(may('leads.decide') ? [choose] : []),
    { id: 'urgency', head: w('colLevel'), sortable: true, cell: (r) => <LevelMark level={r.level} /> },
    { id: 'plate', head: w('colTruck'), sortable: true, naming: true, cell: (r) => r.vehicle.plate },
    {
      id: 'what',
      head: w('colWhat'),
      class: 'c-what',
      title: (r) => r.headline?.explanation,
      cell: (r) => (r.headline ? r.headline.ruleName : w(r.cause)),
    },
    { id: 'how', head: w('colHow'), class: 'room-2', cell: bad },
    {
      id: 'day',
      head: w('colWhen'),
      class: 'num room-2',
      sortable: true,
      title: (r) => w('period', { from: r.firstDay, to: r.lastDay }),
      cell: (r) => `${r.lastDay.slice(5)} · ${w('days', { n: r.days })}`,
    },
    { id: 'data', head: w('colData'), class: 'quiet room-3', cell: behind },
    {
      id: 'state',
      head: w('colState'),
      class: 'quiet room-4',
      title: (r) => standing(r, names),
      cell: (r) => standing(r, names),
    },
  ];
}
