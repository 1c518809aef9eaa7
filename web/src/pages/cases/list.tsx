import { signal, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/cases.ts';
import { formatCount, NO_VALUE } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { useKeys } from '../../state/keys.ts';
import { usePages } from '../../state/pages.ts';
import { may } from '../../state/session.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { DistrictChoice } from '../../ui/district-choice.tsx';
import { Empty, ListFoot } from '../../ui/states.tsx';
import { BulkDialog } from './bulk.tsx';
import {
  type Case,
  type CasePage,
  fetchCases,
  moved,
  questionNow,
  SORTS,
  STATES,
  said,
  stateWord,
  table,
  typesNow,
  typeWord,
  view,
} from './cases.ts';
import { DueMark } from './due.tsx';

const pointed = signal<string | number | null>(null);
const chosen = signal<ReadonlySet<number>>(new Set());
const LOOK_MS = 20_000;

function toggle(id: number): void {
  const next = new Set(chosen.peek());
  if (!next.delete(id)) next.add(id);
  chosen.value = next;
}

function columns(): Column<Case>[] {
  const choose: Column<Case> = {
    id: 'choose',
    head: <span class="hidden-words">{w('keyChoose')}</span>,
    class: 'c-choose',
    cell: (r) => (
      <input
        type="checkbox"
        checked={chosen.value.has(r.id)}
        aria-label={w('chooseCase', { number: r.number })}
        onChange={() => toggle(r.id)}
      />
    ),
  };
  return [
    ...(may('cases.work') ? [choose] : []),
    { id: 'number', head: w('colNumber'), naming: true, sortable: true, class: 'num-text', cell: (r) => r.number },
    { id: 'plate', head: w('colTruck'), sortable: true, cell: (r) => r.vehicle.plate },
    { id: 'type', head: w('colType'), class: 'room-2', cell: (r) => typeWord(r.type) },
    {
      id: 'state',
      head: w('colState'),
      cell: (r) => (
        <>
          {stateWord(r.state)}
          {r.reopened > 0 && <span class="tag">{w('reopened', { n: r.reopened })}</span>}
          {r.priority === 'high' && <span class="tag attention">{w('urgent')}</span>}
        </>
      ),
    },
    { id: 'due', head: w('colDue'), sortable: true, cell: (r) => <DueMark of={r} /> },
    {
      id: 'officer',
      head: w('colOfficer'),
      class: 'quiet room-2',
      cell: (r) => r.officer?.displayName ?? r.officer?.name ?? NO_VALUE,
    },
    { id: 'district', head: w('colDistrict'), class: 'quiet room-3', cell: (r) => r.vehicle.district ?? NO_VALUE },
    { id: 'opened', head: w('colOpened'), class: 'quiet num room-3', sortable: true, cell: (r) => r.openedDay },
  ];
}

function Choice({
  label,
  value,
  options,
  to,
}: {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  to: (value: string) => void;
}) {
  return (
    <select aria-label={label} value={value} onChange={(event) => to(event.currentTarget.value)}>
      <option value="">{label}</option>
      {options.map(([each, words]) => (
        <option key={each} value={each}>
          {words}
        </option>
      ))}
    </select>
  );
}

function Filters({ counts }: { counts: CasePage['counts'] | null }) {
  const { state, type, who, district, due, q } = view.value;
  const number = (states: readonly string[]) =>
    counts ? formatCount(counts.filter((row) => states.includes(row.state)).reduce((n, row) => n + row.cases, 0)) : '';
  const sum = (of: 'overdue' | 'soon') => (counts ? formatCount(counts.reduce((n, row) => n + row[of], 0)) : '');
  const open = STATES.filter((each) => each !== 'closed');
  return (
    <div class="filters case-filters">
      <nav class="choice" aria-label={w('byState')}>
        {(['open', ...STATES] as const).map((each) => (
          <a key={each} href={`/cases${view.query({ state: each })}`} aria-current={state === each ? 'page' : undefined}>
            {each === 'open' ? w('open') : stateWord(each)} <span class="quiet">{number(each === 'open' ? open : [each])}</span>
          </a>
        ))}
      </nav>
      <nav class="choice" aria-label={w('byDue')}>
        {(['overdue', 'soon'] as const).map((each) => (
          <a
            key={each}
            href={`/cases${view.query({ due: due === each ? null : each })}`}
            aria-current={due === each ? 'page' : undefined}
            class={each === 'overdue' && counts?.some((row) => row.overdue > 0) ? 'over' : ''}
          >
            {w(each)} <span class="quiet">{sum(each)}</span>
          </a>
        ))}
      </nav>
      <Choice
        label={w('allTypes')}
        value={type ?? ''}
        options={typesNow().map((each) => [each.value, said(each)])}
        to={(value) => view.show({ type: typesNow().some((each) => each.value === value) ? (value as Case['type']) : null })}
      />
      <Choice
        label={w('everyone')}
        value={who ?? ''}
        options={[
          ['mine', w('mine')],
          ['none', w('unassigned')],
        ]}
        to={(value) => view.show({ who: value === 'mine' || value === 'none' ? value : null })}
      />
      <DistrictChoice value={district} choose={(each) => view.show({ district: each })} />
      <input
        type="search"
        placeholder={w('search')}
        aria-label={w('search')}
        value={q}
        onInput={(event) => view.show({ q: event.currentTarget.value }, 'replace')}
      />
    </div>
  );
}

/** The keys of the list, as in leads: space chooses, J and K choose a range. */
function useListKeys(rows: readonly Case[]): void {
  const range = (by: number) => {
    const at = rows.findIndex((row) => row.id === pointed.peek());
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (!next) return false;
    const here = rows[at];
    chosen.value = new Set([...chosen.peek(), ...(here ? [here.id] : []), next.id]);
    pointed.value = next.id;
    return true;
  };
  useKeys(
    may('cases.work')
      ? [
          {
            keys: [' '],
            words: () => w('keyChoose'),
            act: () => {
              const at = pointed.peek();
              if (typeof at !== 'number') return false;
              toggle(at);
              return true;
            },
          },
          { keys: ['J'], words: () => w('keyRange'), act: () => range(1) },
          { keys: ['K'], words: () => w('keyRange'), act: () => range(-1) },
        ]
      : [],
  );
}

/** The list of cases: what is due first. */
export function CaseList() {
  const counts = useSignal<CasePage['counts'] | null>(null);
  const bulk = useSignal(false);
  const question = questionNow();
  const pages = usePages<Case>(
    JSON.stringify(question),
    async (cursor, abort) => {
      const page = await fetchCases(question, cursor, abort);
      counts.value = page.counts;
      return { rows: page.cases, nextCursor: page.nextCursor };
    },
    LOOK_MS,
  );
  const { rows } = pages;
  useEffect(() => {
    if (moved.value > 0) pages.again();
  }, [moved.value]);
  useEffect(() => {
    if (rows.length > 0 && !rows.some((row) => row.id === pointed.peek())) pointed.value = rows[0]?.id ?? null;
  }, [rows]);
  useListKeys(rows);
  const shown = useMemo(columns, [language.value, table.value]);
  const many = rows.filter((row) => chosen.value.has(row.id));
  const { sort, order } = view.value;
  return (
    <>
      <Filters counts={counts.value} />
      {many.length > 0 && (
        <div class="filters">
          <b>{w('chosen', { n: many.length })}</b>
          <button type="button" class="primary" onClick={() => (bulk.value = true)}>
            {w('bulk')}
          </button>
          <button type="button" class="plain" onClick={() => (chosen.value = new Set())}>
            {w('chooseNone')}
          </button>
        </div>
      )}
      <DataTable
        label={w('table')}
        columns={shown}
        rows={rows}
        keyOf={(r) => r.id}
        href={(r) => pathOf('cases', r.id)}
        pointed={pointed}
        sorting={{
          by: sort,
          descending: order === 'desc',
          to: (id, descending) =>
            view.show({ sort: SORTS.find((each) => each === id) ?? 'due', order: descending ? 'desc' : 'asc' }),
        }}
        onEnd={pages.readOn}
        foot={
          <ListFoot
            pages={pages}
            empty={
              <Empty title={w('none')}>
                <p class="quiet">{w('noneText')}</p>
              </Empty>
            }
          />
        }
      />
      {bulk.value && (
        <BulkDialog
          cases={many}
          close={() => (bulk.value = false)}
          done={() => {
            chosen.value = new Set();
          }}
        />
      )}
    </>
  );
}
