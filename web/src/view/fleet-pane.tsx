import { useEffect, useRef } from 'preact/hooks';
import { type Key, t } from '../i18n/index.ts';
import { formatCount } from '../model/format.ts';
import { counts, failure, type LIST_SIGNALS, more, readMore, rows } from '../state/fleet.ts';
import { catalogue } from '../state/truck.ts';
import { show, view } from '../state/view.ts';
import { FleetRow } from './fleet-row.tsx';
import { pointed } from './keys.ts';
import { fleetRowPx, useWindow } from './window.ts';

/** Columns of newest values, the most telling first; what is late in the list gives way first where there is little room. */
export const COLUMNS = [
  { id: 'noxDownPpm', label: 'colNoxDown', room: 1 },
  { id: 'noxUpPpm', label: 'colNoxUp', room: 4 },
  { id: 'scrInTempC', label: 'colScr', room: 3 },
  { id: 'speedKmh', label: 'colSpeed', room: 2 },
  { id: 'engineRpm', label: 'colRpm', room: 4 },
  { id: 'ureaLevelPct', label: 'colUrea', room: 2 },
  { id: 'fuelLevelPct', label: 'colFuel', room: 3 },
] as const satisfies readonly { id: (typeof LIST_SIGNALS)[number]; label: Key; room: number }[];

function Heading({ id, label, unit, className }: { id: string; label: Key; unit?: string; className?: string }) {
  const sorted = view.value.sort === id;
  const down = sorted && view.value.descending;
  return (
    <th class={className} aria-sort={sorted ? (down ? 'descending' : 'ascending') : 'none'} scope="col">
      <button
        type="button"
        title={t('sortBy', { name: t(label) })}
        onClick={() => show({ sort: id, descending: sorted && !down }, 'replace')}
      >
        {t(label)}
        {unit && <span class="unit"> {unit}</span>}
        <span class="arrow" aria-hidden="true">
          {sorted ? (down ? ' ↓' : ' ↑') : ''}
        </span>
      </button>
    </th>
  );
}

/** Search, the list, and how much of it is loaded. */
export function FleetPane() {
  const box = useRef<HTMLDivElement>(null);
  const list = rows.value;
  const rowPx = fleetRowPx();
  const { start, end } = useWindow(box, rowPx, list.length);
  const v = view.value;
  useEffect(() => {
    if (end >= list.length) readMore();
  }, [end, list.length]);
  useEffect(() => {
    const at = list.findIndex((row) => row.peek().id === pointed.value);
    const element = box.current;
    if (at < 0 || !element) return;
    const top = at * rowPx;
    const head = 36;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowPx + head > element.scrollTop + element.clientHeight)
      element.scrollTop = top + rowPx + head - element.clientHeight;
  }, [pointed.value]);
  const units = new Map(catalogue.value.map((signal) => [signal.id, signal.unit]));
  const filtered = v.search !== '' || v.state !== null;
  return (
    <section class="fleet" id="fleet" aria-label={t('fleetTable')}>
      <div class="search-bar">
        <input
          id="search"
          type="search"
          value={v.search}
          placeholder={`${t('search')}  /`}
          aria-label={t('searchLabel')}
          onInput={(event) => show({ search: event.currentTarget.value }, 'replace')}
        />
        {filtered && (
          <button type="button" onClick={() => show({ search: '', state: null })}>
            {t('clearFilters')}
          </button>
        )}
      </div>
      <div class="scroll" ref={box}>
        <table class="trucks" aria-rowcount={list.length + 1}>
          <thead>
            <tr>
              <Heading id="attention" label="colState" className="c-state" />
              <Heading id="plate" label="colPlate" className="c-plate" />
              <th class="c-terminal" scope="col">
                {t('colTerminal')}
              </th>
              {COLUMNS.map((column) => (
                <Heading
                  key={column.id}
                  id={column.id}
                  label={column.label}
                  unit={units.get(column.id) ?? ''}
                  className={`num room-${column.room}`}
                />
              ))}
              <Heading id="lastReceived" label="colLast" className="num c-last" />
            </tr>
          </thead>
          <tbody>
            {start > 0 && <tr class="spacer" style={{ height: `${start * rowPx}px` }} />}
            {list.slice(start, end).map((row, i) => (
              <FleetRow key={row.peek().id} row={row} index={start + i} />
            ))}
            {end < list.length && <tr class="spacer" style={{ height: `${(list.length - end) * rowPx}px` }} />}
          </tbody>
        </table>
        {list.length === 0 && <p class="hint">{listHint()}</p>}
        {more.value !== null && (
          <p class="hint quiet">
            {t('loadedPart', { n: formatCount(list.length), total: formatCount(counts.value?.total ?? 0) })}
          </p>
        )}
      </div>
    </section>
  );
}

function listHint(): string {
  if (failure.value?.kind === 'refused') return t('failed', { reason: failure.value.message });
  return counts.value === null ? t('loading') : t('noMatch');
}
