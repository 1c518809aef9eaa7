import '../../styles/fleet.css';
import { signal, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { language } from '../../i18n/index.ts';
import { w as file } from '../../i18n/words/import.ts';
import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/vehicles.ts';
import { formatCount } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { choice, list, text, word } from '../../model/view-fields.ts';
import { Page } from '../../shell/page.tsx';
import { catalogue, needCatalogue } from '../../state/catalogue.ts';
import { useLive } from '../../state/live.ts';
import { pageView } from '../../state/place.ts';
import { may, session } from '../../state/session.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { DistrictChoice } from '../../ui/district-choice.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { STATES, StateMark } from '../../ui/state-mark.tsx';
import { AddVehicle } from './add-vehicle.tsx';
import { columnNames, FIRST_COLUMNS, fleetColumns } from './columns.tsx';
import { EmptyFleet } from './empty-fleet.tsx';
import {
  counts,
  failure,
  followFleet,
  LIST_SIGNALS,
  matching,
  reading,
  refreshFleet,
  rows,
  SMALL_FLEET,
  takeLive,
} from './fleet.ts';
import { ImportVehicles } from './import-dialog.tsx';

const view = pageView({
  q: text(),
  state: choice(STATES, null),
  district: text(40),
  cols: list(/^[a-z][A-Za-z]{1,30}$/, 30, FIRST_COLUMNS),
  sort: word(/^[a-z][A-Za-z0-9]{1,39}$/, 'attention'),
  order: choice(['asc', 'desc'], 'asc'),
});
/** The truck that the keys stand on; it stays while its file is open. */
const pointed = signal<string | number | null>(null);
const SETTLE_MS = 300;

/** Counts by state; each is a filter. */
function Counts() {
  const c = counts.value;
  if (!c) return null;
  const at = (state: (typeof STATES)[number] | null) => (view.value.state === state ? 'true' : undefined);
  return (
    <nav class="counts" aria-label={w('filter')}>
      <a href={`/vehicles${view.query({ state: null })}`} aria-current={at(null)}>
        <b>{formatCount(c.total)}</b> {w('fitted')}
      </a>
      {STATES.map((state) => (
        <a
          key={state}
          href={`/vehicles${view.query({ state: view.value.state === state ? null : state })}`}
          aria-current={at(state)}
        >
          <b>{formatCount(c[state])}</b> <StateMark state={state} />
        </a>
      ))}
    </nav>
  );
}

/** Which trucks the live stream carries: all of a small fleet, else those in sight once scrolling has come to rest. */
function useSeen(): { watched: readonly number[] | null; onWindow: (start: number, end: number) => void } {
  const seen = useSignal<readonly number[]>([]);
  const settle = useMemo(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    return (start: number, end: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        seen.value = rows
          .peek()
          .slice(start, end)
          .map((row) => row.peek().id);
      }, SETTLE_MS);
    };
  }, []);
  const small = (counts.value?.total ?? 0) <= SMALL_FLEET;
  return { watched: small ? null : seen.value, onWindow: settle };
}

function List() {
  const { sort, order, cols } = view.value;
  const { watched, onWindow } = useSeen();
  useLive({ vehicles: watched, signals: LIST_SIGNALS }, (event) => takeLive(event.samples));
  const columns = useMemo(() => fleetColumns(cols), [language.value, catalogue.value, cols.join()]);
  const listed = rows.value;
  return (
    <DataTable
      label={w('table')}
      columns={columns}
      rows={listed}
      keyOf={(row) => row.peek().id}
      href={(row) => pathOf('vehicles', row.peek().id)}
      pointed={pointed}
      total={matching(view.value.state)}
      sorting={{
        by: sort,
        descending: order === 'desc',
        to: (id, descending) => view.show({ sort: id, order: descending ? 'desc' : 'asc' }, 'replace'),
      }}
      onWindow={onWindow}
      foot={<Foot />}
    />
  );
}

function Foot() {
  const n = rows.value.length;
  if (failure.value?.kind === 'refused' || failure.value?.kind === 'broken')
    return <p class="hint">{t('failed', { reason: failure.value.message })}</p>;
  if (counts.value === null) return <p class="hint">{t('loading')}</p>;
  if (n === 0) return <p class="hint">{t('noMatch')}</p>;
  const total = matching(view.value.state);
  return reading.value && n < total ? <p class="hint">{t('listed', { n: formatCount(n), total: formatCount(total) })}</p> : null;
}

/** Which columns the list has. */
function ColumnMenu() {
  const { cols } = view.value;
  const all = columnNames();
  const toggle = (id: string) =>
    view.show(
      { cols: all.map(([each]) => each).filter((each) => (each === id ? !cols.includes(each) : cols.includes(each))) },
      'replace',
    );
  return (
    <details class="columns-menu">
      <summary>{w('columns')}</summary>
      <div>
        {all
          .filter(([id]) => id !== 'plate')
          .map(([id, name]) => (
            <label key={id} class="check">
              <input type="checkbox" checked={cols.includes(id)} onChange={() => toggle(id)} />
              {name}
            </label>
          ))}
      </div>
    </details>
  );
}

function Filters() {
  const { q, state, district } = view.value;
  const searched = new URLSearchParams({ ...(q.trim() === '' ? {} : { q: q.trim() }), ...(state === null ? {} : { state }) });
  return (
    <FilterBar active={district === '' ? 0 : 1}>
      <input
        type="search"
        data-search="page"
        value={q}
        placeholder={`${w('search')}  /`}
        aria-label={w('search')}
        onInput={(event) => view.show({ q: event.currentTarget.value }, 'replace')}
      />
      <DistrictChoice value={district} choose={(each) => view.show({ district: each })} />
      {(q !== '' || state !== null || district !== '') && (
        <button type="button" onClick={() => view.show({ q: '', state: null, district: '' })}>
          {t('clearFilters')}
        </button>
      )}
      <span class="fill" />
      <ColumnMenu />
      {may('export.run') && (
        <a class="button" href={`/api/v1/vehicles/export/csv?${searched}`} download="plume-vehicles.csv">
          {w('export')}
        </a>
      )}
    </FilterBar>
  );
}

/** The fleet: every truck with its newest values. */
export function VehiclesPage() {
  const dialog = useSignal<'add' | 'import' | null>(null);
  const { q, state, district, sort, order } = view.value;
  useEffect(() => {
    if (session.value !== 'in') return undefined;
    return followFleet({ search: q, state, district, sort, descending: order === 'desc' });
  }, [q, state, district, sort, order, session.value]);
  useEffect(() => void needCatalogue(), []);
  const empty = counts.value?.total === 0 && q === '' && district === '' && failure.value === null && !reading.value;
  return (
    <Page
      title={w('title')}
      finder={false}
      facts={<Counts />}
      actions={
        may('registry.write') && (
          <>
            <button type="button" onClick={() => (dialog.value = 'import')}>
              {file('open')}
            </button>
            <button type="button" class="primary" onClick={() => (dialog.value = 'add')}>
              {w('add')}
            </button>
          </>
        )
      }
    >
      {empty ? (
        <EmptyFleet add={() => (dialog.value = 'add')} />
      ) : (
        <>
          <Filters />
          <List />
        </>
      )}
      {dialog.value === 'add' && (
        <AddVehicle
          close={() => {
            dialog.value = null;
            refreshFleet();
          }}
        />
      )}
      {dialog.value === 'import' && (
        <ImportVehicles
          changed={refreshFleet}
          close={() => {
            dialog.value = null;
          }}
        />
      )}
    </Page>
  );
}
