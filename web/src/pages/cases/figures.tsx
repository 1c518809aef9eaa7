import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/cases.ts';
import type { TermId } from '../../i18n/words/terms.ts';
import { formatCount, formatShare, formatValue, NO_VALUE } from '../../model/format.ts';
import { useQuery } from '../../state/query.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { Read } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';
import { OPEN_STATES, stateWord, typeWord, view } from './cases.ts';

type Answer = InferResponseType<(typeof api)['case-figures']['$get'], 200>;
type Group = Answer['groups'][number];

const BY = ['all', 'type', 'officer', 'district', 'enterprise', 'repairStation', 'inspectionStation'] as const;
const BY_WORDS = {
  all: 'byAll',
  type: 'byType',
  officer: 'byOfficer',
  district: 'byDistrict',
  enterprise: 'byEnterprise',
  repairStation: 'byRepairStation',
  inspectionStation: 'byInspectionStation',
} as const;
const RATES = [
  { id: 'caseHandledRate', rate: 'handledRate', part: 'handled', whole: 'opened' },
  { id: 'caseInTimeRate', rate: 'inTimeRate', part: 'inTime', whole: 'due' },
  { id: 'retestPassRate', rate: 'passRate', part: 'passed', whole: 'retested' },
  { id: 'caseAgainRate', rate: 'againRate', part: 'again', whole: 'closings' },
] as const satisfies readonly { id: TermId; rate: keyof Group; part: keyof Group; whole: keyof Group }[];

function nameOf(group: Group): string {
  if (view.value.by === 'all') return w('allCases');
  if (group.key === null) return w(view.value.by === 'officer' ? 'unassigned' : 'none_');
  return view.value.by === 'type' ? typeWord(group.key) : (group.name ?? group.key);
}

/** A share with what it is made of; a dash, and why, where there is nothing to divide by. */
function Rate({ group, of }: { group: Group; of: (typeof RATES)[number] }) {
  const rate = group[of.rate];
  return (
    <td class="num" title={rate === null ? w('nothingToDivide') : undefined}>
      {rate === null ? NO_VALUE : formatShare(rate)}{' '}
      <span class="quiet small">
        {formatCount(group[of.part])}/{formatCount(group[of.whole])}
      </span>
    </td>
  );
}

function RateTable({ answer }: { answer: Answer }) {
  return (
    <Scroll across>
      <table class="plain-table">
        <thead>
          <tr>
            <th scope="col">{w(BY_WORDS[view.value.by])}</th>
            {RATES.map((each) => (
              <th key={each.id} scope="col" class="num">
                <Term id={each.id} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answer.groups.map((group) => (
            <tr key={group.key ?? ''}>
              <th scope="row">{nameOf(group)}</th>
              {RATES.map((each) => (
                <Rate key={each.id} group={group} of={each} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function TimeTable({ answer }: { answer: Answer }) {
  const states = OPEN_STATES.filter((state) => answer.groups.some((group) => group.times.some((each) => each.state === state)));
  if (states.length === 0) return <p class="quiet">{w('timesNone')}</p>;
  return (
    <Scroll across>
      <table class="plain-table">
        <thead>
          <tr>
            <th scope="col">{w(BY_WORDS[view.value.by])}</th>
            {states.map((state) => (
              <th key={state} scope="col" class="num">
                {stateWord(state)} <span class="unit">{w('daysUnit')}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answer.groups.map((group) => (
            <tr key={group.key ?? ''}>
              <th scope="row">{nameOf(group)}</th>
              {states.map((state) => {
                const time = group.times.find((each) => each.state === state);
                return (
                  <td key={state} class="num" title={time ? undefined : w('nothingToDivide')}>
                    {time ? formatValue(time.medianDays, time.medianDays % 1 === 0 ? 0 : 1) : NO_VALUE}{' '}
                    {time && <span class="quiet small">n {formatCount(time.steps)}</span>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** How cases are handled: the four rates and the time each step takes, by whom or where. */
export function Figures() {
  const { by, from, to, type } = view.value;
  const question = { by, ...(from === '' ? {} : { from }), ...(to === '' ? {} : { to }), ...(type === null ? {} : { type }) };
  const query = useQuery(
    `case figures ${JSON.stringify(question)}`,
    (abort) => take(api['case-figures'].$get({ query: question }, { init: { signal: abort } })),
    { keep: true },
  );
  return (
    <Scroll>
      <div class="filters">
        <nav class="choice" aria-label={w('groupedBy')}>
          {BY.map((each) => (
            <a key={each} href={`/cases${view.query({ by: each })}`} aria-current={by === each ? 'page' : undefined}>
              {w(BY_WORDS[each])}
            </a>
          ))}
        </nav>
        <label class="check">
          {w('from')}
          <input
            type="date"
            value={from === '' ? (query.data.value?.from ?? '') : from}
            onChange={(event) => view.show({ from: event.currentTarget.value })}
          />
        </label>
        <label class="check">
          {w('to')}
          <input
            type="date"
            value={to === '' ? (query.data.value?.to ?? '') : to}
            onChange={(event) => view.show({ to: event.currentTarget.value })}
          />
        </label>
      </div>
      <Read query={query}>
        {(answer) => (
          <>
            <section class="section">
              <h2>
                {w('rates')} <span class="quiet small">{w('inPeriod', { from: answer.from, to: answer.to })}</span>
              </h2>
              <Scroll across>
                <RateTable answer={answer} />
              </Scroll>
              {answer.groups.length === 0 && <p class="quiet">{w('figuresNone')}</p>}
            </section>
            {by !== 'inspectionStation' && (
              <section class="section">
                <h2>
                  <Term id="stepTime" />
                </h2>
                <Scroll across>
                  <TimeTable answer={answer} />
                </Scroll>
              </section>
            )}
          </>
        )}
      </Read>
    </Scroll>
  );
}
