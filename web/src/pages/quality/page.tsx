import '../../styles/quality.css';
import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/quality.ts';
import { formatCount, formatShare, NO_VALUE } from '../../model/format.ts';
import { Page } from '../../shell/page.tsx';
import { needCatalogue } from '../../state/catalogue.ts';
import { usePages } from '../../state/pages.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { DistrictChoice } from '../../ui/district-choice.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { Empty, ListFoot } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';
import {
  badness,
  cellText,
  clockWords,
  dayWords,
  fetchQuality,
  MEASURES,
  type Measure,
  periodNow,
  SPANS,
  type Truck,
  view,
} from './quality.ts';
import { TruckDetail } from './truck-detail.tsx';

const LOOK_MS = 120_000;
const pointed = signal<string | number | null>(null);
/** What the newest answer says of all trucks. */
const told = signal<{ total: number; target: number } | null>(null);
const TERMS = { effective: 'effectiveRate', transmission: 'transmissionRate', late: 'lateShare', clock: 'clockError' } as const;

function dayColumns(measure: Measure): Column<Truck>[] {
  const { from, to } = periodNow();
  const count = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
  return Array.from({ length: count }, (_, i) => {
    const date = new Date(Date.parse(from) + i * 86_400_000).toISOString().slice(0, 10);
    return {
      id: date,
      head: count > 14 ? date.slice(8) : date.slice(5),
      class: 'heat',
      cell: (row) => {
        const day = row.days[i];
        return day ? cellText(day, measure) : '';
      },
      title: (row) => {
        const day = row.days[i];
        return day && w('cellTitle', { date, value: dayWords(day, measure) });
      },
      tone: (row) => {
        const day = row.days[i];
        const bad = day ? badness(day, measure) : null;
        return bad === null ? 'heat-none' : `heat-${bad}`;
      },
    };
  });
}

function columns(measure: Measure): Column<Truck>[] {
  const rate = (id: 'effective' | 'transmission' | 'late', class_: string): Column<Truck> => ({
    id,
    head: w(id),
    class: `num ${class_}`,
    sortable: true,
    cell: (r) => formatShare(r[id]),
  });
  return [
    { id: 'plate', head: w('colTruck'), naming: true, sortable: true, cell: (r) => r.plate },
    rate('effective', ''),
    rate('transmission', 'room-3'),
    ...dayColumns(measure),
    rate('late', 'room-4'),
    { id: 'clock', head: w('clock'), class: 'num room-4', sortable: true, cell: (r) => clockWords(r.clockS) },
    {
      id: 'conflicts',
      head: w('conflicts'),
      class: 'num room-4',
      sortable: true,
      cell: (r) => (r.conflicts > 0 ? formatCount(r.conflicts) : NO_VALUE),
    },
    {
      id: 'days',
      head: w('days'),
      class: 'num quiet room-3',
      sortable: true,
      cell: (r) => w('daysOf', { n: r.daysWithData, all: r.days.length }),
    },
    {
      id: 'needs',
      head: w('colNeeds'),
      class: 'wrap room-2',
      sortable: true,
      title: (r) => r.needs.map(({ rule, days }) => w('needDays', { rule, n: days })).join(', '),
      cell: (r) =>
        r.needs.length === 0 ? (
          <span class="quiet">{w('needNone')}</span>
        ) : (
          <span class="data-problem">◌ {r.needs.map(({ rule, days }) => w('needDays', { rule, n: days })).join(', ')}</span>
        ),
    },
  ];
}

function Filters() {
  const { span, from, to, district, q, needs, show } = view.value;
  const own = from !== '' && to !== '';
  return (
    <FilterBar active={[district !== '', own, needs].filter(Boolean).length}>
      <nav class="choice" aria-label={w('period')}>
        {(Object.keys(SPANS) as (keyof typeof SPANS)[]).map((each) => (
          <a
            key={each}
            href={`/quality${view.query({ span: each, from: '', to: '' })}`}
            aria-current={!own && span === each ? 'true' : undefined}
          >
            {w(each === '7d' ? 'last7' : each === '14d' ? 'last14' : 'last30')}
          </a>
        ))}
      </nav>
      <span class="dates">
        {(['from', 'to'] as const).map((each) => (
          <input
            key={each}
            type="date"
            aria-label={w(each)}
            value={own ? view.value[each] : periodNow()[each]}
            onChange={(event) => {
              const value = event.currentTarget.value;
              if (value !== '') view.show({ ...periodNow(), [each]: value });
            }}
          />
        ))}
      </span>
      <DistrictChoice value={district} choose={(each) => view.show({ district: each })} />
      <select
        aria-label={w('measure')}
        value={show}
        onChange={(event) => view.show({ show: MEASURES.find((each) => each === event.currentTarget.value) ?? 'effective' })}
      >
        {MEASURES.map((each) => (
          <option key={each} value={each}>
            {w(each)}
          </option>
        ))}
      </select>
      {show in TERMS && <Term id={TERMS[show as keyof typeof TERMS]} />}
      <input
        type="search"
        data-search="page"
        value={q}
        placeholder={w('search')}
        aria-label={w('search')}
        onInput={(event) => view.show({ q: event.currentTarget.value }, 'replace')}
      />
      <label class="check">
        <input type="checkbox" checked={needs} onChange={(event) => view.show({ needs: event.currentTarget.checked })} />
        {w('needsOnly')}
      </label>
    </FilterBar>
  );
}

function Facts() {
  if (told.value === null) return null;
  return (
    <span class="quiet">
      {w('summary', { total: formatCount(told.value.total), ...periodNow() })} ·{' '}
      {w('target', { target: formatShare(told.value.target) })}
    </span>
  );
}

/** How complete and how punctual the data of each truck are, day by day, and who needs a technician. */
export function QualityPage() {
  const { q, district, needs, sort, order, show, truck } = view.value;
  const period = periodNow();
  useEffect(() => void needCatalogue(), []);
  const key = JSON.stringify(['quality', period, q, district, needs, sort, order]);
  const pages = usePages<Truck>(
    key,
    async (cursor, abort) => {
      const answer = await fetchQuality(cursor, abort);
      told.value = { total: answer.total, target: answer.target };
      return { rows: answer.trucks, nextCursor: answer.nextCursor };
    },
    LOOK_MS,
  );
  const table = useMemo(() => columns(show), [language.value, show, period.from, period.to]);
  const open = pages.rows.find((row) => row.id === truck);
  return (
    <Page title={w('title')} facts={<Facts />}>
      <Filters />
      <div class={truck === null ? 'split' : 'split split-open'}>
        <div class="split-list">
          <DataTable
            label={w('table')}
            columns={table}
            rows={pages.rows}
            keyOf={(r) => r.id}
            href={(r) => `/quality${view.query({ truck: r.id })}`}
            chosen={truck}
            pointed={pointed}
            total={told.value?.total ?? 0}
            sorting={{
              by: sort,
              descending: order === 'desc',
              to: (id, descending) => {
                const known = (
                  ['plate', 'days', 'transmission', 'effective', 'late', 'clock', 'conflicts', 'needs'] as const
                ).find((each) => each === id);
                if (known) view.show({ sort: known, order: descending ? 'desc' : 'asc' }, 'replace');
              },
            }}
            onEnd={pages.readOn}
            foot={
              <ListFoot
                pages={pages}
                empty={
                  <Empty title={w('none')}>
                    <p>{w('noneText')}</p>
                  </Empty>
                }
              />
            }
          />
          <p class="quiet small heat-legend">{w('legend')}</p>
        </div>
        {truck !== null && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1)
          <section class="scroll split-detail" tabIndex={0} aria-label={w('detailTitle', { plate: open?.plate ?? '' })}>
            <TruckDetail
              key={`${truck} ${period.from} ${period.to}`}
              id={truck}
              plate={open?.plate ?? `#${truck}`}
              target={told.value?.target ?? 0.95}
            />
          </section>
        )}
      </div>
    </Page>
  );
}
