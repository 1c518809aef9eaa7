import type { ComponentChildren } from 'preact';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w as lw } from '../../i18n/words/leads.ts';
import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/today.ts';
import { dayTime, formatCount, formatShare, formatSpan, formatValue, THIN } from '../../model/format.ts';
import { howBad } from '../../model/how-bad.ts';
import { pathOf } from '../../model/routes.ts';
import { now } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { LevelMark } from '../../ui/level-mark.tsx';
import { StateMark, stateNow } from '../../ui/state-mark.tsx';
import { Read } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';
import type { Lead, LeadPage } from '../leads/leads.ts';
import type { Overview, TodayTruck } from './today.ts';

const LOOK_MS = 15_000;
const ASKED = 60;
const SHOWN = 8;
const SILENT_SHOWN = 6;

/** Open leads that nobody has decided on, the most urgent first. */
async function fetchWaiting(signal: AbortSignal): Promise<LeadPage> {
  const query = { state: 'open', triage: 'new', lang: language.value, limit: String(ASKED) };
  return await take(api.leads.$get({ query }, { init: { signal } }));
}

/** The open leads of the page: read once, for the list and for the marks in the chart. */
export function useWaitingLeads(judging: boolean) {
  return useQuery(judging ? `today-leads ${language.value}` : null, fetchWaiting, { everyMs: LOOK_MS, keep: true });
}

/** Of each truck its most urgent lead, and the causes of its others: one truck is one line. */
function byTruck(leads: readonly Lead[]): { lead: Lead; others: Lead[] }[] {
  const trucks = new Map<number, { lead: Lead; others: Lead[] }>();
  for (const lead of leads) {
    const known = trucks.get(lead.vehicle.id);
    if (known) known.others.push(lead);
    else trucks.set(lead.vehicle.id, { lead, others: [] });
  }
  return [...trucks.values()];
}

/** The figure that tells most: value, unit, and how often the limit it is. */
function figureOf({ headline }: Lead): string {
  const told = headline && howBad(headline.figures, headline.limit);
  if (!told) return '';
  const { figure, ratio } = told;
  const value =
    figure.unit === 'share' ? formatShare(figure.value) : `${formatValue(figure.value, figure.digits)}${THIN}${figure.unit}`;
  return ratio === null ? `${figure.name} ${value}` : `${value} = ${ratio.toFixed(1)}×`;
}

function LeadLine({ lead, others }: { lead: Lead; others: readonly Lead[] }) {
  const share = lead.headline?.data.noxValidShare ?? null;
  const behind = [
    w('daysFound', { n: lead.days }),
    ...(share === null ? [] : [lw('valid', { share: formatShare(share) })]),
    ...(others.length === 0
      ? []
      : [w('moreCauses', { causes: [...new Set(others.map(({ cause }) => lw(cause)))].join(w('listComma')) })]),
  ];
  return (
    <li>
      <a href={pathOf('leads', lead.id)} title={lead.headline?.explanation}>
        <LevelMark level={lead.level} />
        <b>{lead.vehicle.plate}</b>
        <span class="what">
          {lw(lead.cause)} <span class="nowrap">{figureOf(lead)}</span>
        </span>
        <span class="quiet small">{behind.join(' · ')}</span>
      </a>
    </li>
  );
}

function Part({ head, count, children }: { head: ComponentChildren; count: number | null; children: ComponentChildren }) {
  return (
    <>
      <h3>
        {head} {count !== null && count > 0 && <span class="quiet">{formatCount(count)}</span>}
      </h3>
      {children}
    </>
  );
}

/** What deserves action: leads, one line a truck. */
export function Leads({ query }: { query: ReturnType<typeof useWaitingLeads> }) {
  return (
    <Read query={query}>
      {({ leads, counts }) => {
        const total = counts
          .filter((row) => row.state === 'open' && row.triage === 'new')
          .reduce((sum, row) => sum + row.leads, 0);
        const trucks = byTruck(leads);
        return (
          <Part head={<Term id="lead">{w('actionCount', { n: formatCount(total) })}</Term>} count={null}>
            {trucks.length === 0 && <p class="quiet">✓ {w('actionNone')}</p>}
            <ul class="action-list">
              {trucks.slice(0, SHOWN).map(({ lead, others }) => (
                <LeadLine key={lead.id} lead={lead} others={others} />
              ))}
            </ul>
            {total > 0 && (
              <a class="link" href="/leads">
                {w('actionMore', { n: formatCount(total) })}
              </a>
            )}
          </Part>
        );
      }}
    </Read>
  );
}

/** Trucks that have fallen silent or were never heard; those laid up are not waited for. */
export function Silent({ trucks, fleet }: { trucks: readonly TodayTruck[]; fleet: Overview['fleet'] }) {
  const count = fleet.silent + fleet.neverSeen;
  const away = trucks.filter(
    ({ lastReceivedAt, laidUp }) => !laidUp && ['silent', 'neverSeen'].includes(stateNow(lastReceivedAt, now.value)),
  );
  return (
    <Part head={<Term id="silence">{w('silentHead')}</Term>} count={count}>
      {count === 0 && <p class="quiet">✓ {w('silentNone')}</p>}
      <ul class="action-list">
        {away.slice(0, SILENT_SHOWN).map(({ id, plate, lastReceivedAt }) => {
          const at = lastReceivedAt === null ? null : Date.parse(lastReceivedAt);
          return (
            <li key={id}>
              <a href={pathOf('vehicles', id)}>
                <StateMark state={stateNow(lastReceivedAt, now.value)} />
                <b>{plate}</b>
                <span class="quiet">
                  {at === null
                    ? w('lastNever')
                    : `${w('lastAt', { time: dayTime(at, now.value) })} · ${t('ago', { span: formatSpan((now.value - at) / 1000) })}`}
                </span>
              </a>
            </li>
          );
        })}
      </ul>
      {count > Math.min(away.length, SILENT_SHOWN) && (
        <a class="link" href="/vehicles?sort=attention">
          {w('silentMore', { n: formatCount(count) })}
        </a>
      )}
    </Part>
  );
}

/** Trucks with data that could not be judged, with the reason: missing is not clean. */
export function NotJudged({ overview }: { overview: Overview }) {
  const { notJudged, notJudgedTrucks: count, evaluated, day } = overview;
  if (notJudged === null || count === null) return null;
  const date = day.slice(5);
  return (
    <Part head={<Term id="notEvaluated">{w('notJudgedHead')}</Term>} count={count}>
      {evaluated.waiting > 0 && <p class="quiet">{w('evaluating', { n: formatCount(evaluated.waiting), date })}</p>}
      {count === 0 && evaluated.waiting === 0 && (
        <p class="quiet">{evaluated.trucks === 0 ? w('notJudgedNoDay', { date }) : `✓ ${w('notJudgedNone', { date })}`}</p>
      )}
      <ul class="action-list">
        {notJudged.slice(0, SILENT_SHOWN).map(({ vehicle, reason }) => (
          <li key={vehicle.id}>
            <a href={pathOf('vehicles', vehicle.id)} title={reason}>
              <span class="data-problem">◌</span>
              <b>{vehicle.plate}</b>
              <span class="quiet clip">{reason}</span>
            </a>
          </li>
        ))}
      </ul>
    </Part>
  );
}
