import { useEffect } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/history.ts';
import { w as lead } from '../../i18n/words/leads.ts';
import { addDays, datesBetween, startOf } from '../../model/beijing-days.ts';
import { pathOf } from '../../model/routes.ts';
import { useQuery } from '../../state/query.ts';
import { may, noteFailure } from '../../state/session.ts';
import { LevelMark } from '../../ui/level-mark.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { Read } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';
import { type Inspection, MARKS, needCatalogue, wordOf } from '../inspections/inspections.ts';
import { today, useLeads } from './history.ts';

const ROW = 30;
const WIDTH = 760;
const LEFT = 8;
const DAY_MS = 86_400_000;
/** The axis is never shorter than this, so that a single day is not as wide as the page. */
const LEAST_DAYS = 30;
const MOST_MARKS = 50;

type Lead = NonNullable<ReturnType<typeof useLeads>['data']['value']>[number];

/** A truck's leads and other inspections on one time axis: each lead a bar from its first day to its last; the sign says how grave, the words what became of it. */
export function Timeline({ vehicleId }: { vehicleId: number }) {
  const query = useLeads(vehicleId);
  const inspections = useInspections(vehicleId);
  return (
    <Read query={query}>
      {(leads) =>
        leads.length === 0 && inspections.length === 0 ? (
          <p class="hint quiet">{w('leadsNone')}</p>
        ) : (
          <Axis leads={leads} inspections={inspections} />
        )
      }
    </Read>
  );
}

/** The truck's other inspections, the newest first, as many as an axis can show; none for who sees no cases. */
function useInspections(vehicleId: number): readonly Inspection[] {
  const allowed = may('cases.read');
  useEffect(() => {
    if (allowed) needCatalogue().catch(noteFailure);
  }, [allowed]);
  const query = useQuery(allowed ? `inspections on the axis of ${vehicleId}` : null, (signal) =>
    take(api.inspections.$get({ query: { vehicle: String(vehicleId), limit: String(MOST_MARKS) } }, { init: { signal } })),
  );
  return query.data.value?.inspections ?? [];
}

/** A mark a day of inspection, at its place on the axis; it leads to the record. */
function Inspections({ inspections, x }: { inspections: readonly Inspection[]; x: (date: string) => number }) {
  return (
    <tr>
      <th scope="row">{w('inspectionsRow')}</th>
      <td class="quiet">{w('inspectionCount', { n: inspections.length })}</td>
      <td class="axis-cell">
        {/* biome-ignore lint/a11y/useSemanticElements: a drawing whose marks are links is a group */}
        <svg viewBox={`0 0 ${WIDTH} ${ROW}`} role="group" aria-label={w('inspectionsRow')}>
          <line class="grid" x1={LEFT} x2={WIDTH - LEFT} y1={ROW / 2} y2={ROW / 2} />
          {inspections.map((each) => {
            const { tone, sign } = MARKS[each.judgement];
            const told = `${each.day} ${wordOf('kinds', each.kind)} · ${wordOf('judgements', each.judgement)}`;
            return (
              <a key={each.id} href={pathOf('inspections', each.id)} aria-label={told}>
                <title>{told}</title>
                <text class={`sign ${tone}`} x={(x(each.day) + x(addDays(each.day, 1))) / 2} y={ROW / 2 + 6}>
                  {sign}
                </text>
              </a>
            );
          })}
        </svg>
      </td>
    </tr>
  );
}

function Axis({ leads, inspections }: { leads: readonly Lead[]; inspections: readonly Inspection[] }) {
  const last = today();
  const days = [...leads.map((each) => each.firstDay), ...inspections.map((each) => each.day)];
  const [firstDay = last] = [addDays(last, 1 - LEAST_DAYS), ...days].sort();
  const dates = datesBetween(firstDay, last);
  const [from, to] = [startOf(firstDay), startOf(last) + DAY_MS];
  const x = (date: string) => LEFT + ((startOf(date) - from) / (to - from)) * (WIDTH - 2 * LEFT);
  const every = Math.ceil(dates.length / 10);
  return (
    <div class="timeline">
      <p class="quiet small">
        <Term id="lead">{lead('notice')}</Term>
      </p>
      <Scroll across>
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">{w('leadWhat')}</th>
              <th scope="col">{w('leadState')}</th>
              <th scope="col" class="axis-head">
                <span class="hidden-words">{w('date')}</span>
                <svg viewBox={`0 0 ${WIDTH} 16`} aria-hidden="true">
                  {dates.map((date, i) =>
                    i % every === 0 ? (
                      <text key={date} x={x(date)} y="12">
                        {date.slice(5)}
                      </text>
                    ) : null,
                  )}
                </svg>
              </th>
            </tr>
          </thead>
          <tbody>
            {leads.map((each) => (
              <tr key={each.id}>
                <th scope="row">
                  <a class="link" href={pathOf('leads', each.id)}>
                    <LevelMark level={each.level} /> {lead(each.cause)}
                  </a>{' '}
                  <span class="quiet small">{each.headline?.ruleName}</span>
                </th>
                <td class="quiet">
                  {each.state === 'open'
                    ? each.triage.state === 'new'
                      ? lead('fresh')
                      : lead(each.triage.state)
                    : `${lead(each.state)}${each.ended === null ? '' : ` · ${each.ended}`}`}
                </td>
                <td class="axis-cell">
                  <svg
                    viewBox={`0 0 ${WIDTH} ${ROW}`}
                    role="img"
                    aria-label={lead('period', { from: each.firstDay, to: each.lastDay })}
                  >
                    <line class="grid" x1={LEFT} x2={WIDTH - LEFT} y1={ROW / 2} y2={ROW / 2} />
                    <rect
                      class={`span ${each.state === 'withdrawn' ? 'gone' : each.level}`}
                      x={x(each.firstDay)}
                      width={Math.max(4, x(addDays(each.lastDay, 1)) - x(each.firstDay))}
                      y={ROW / 2 - 5}
                      height="10"
                      rx="2"
                    >
                      <title>{lead('period', { from: each.firstDay, to: each.lastDay })}</title>
                    </rect>
                  </svg>
                </td>
              </tr>
            ))}
            {inspections.length > 0 && <Inspections inspections={inspections} x={x} />}
          </tbody>
        </table>
      </Scroll>
    </div>
  );
}
