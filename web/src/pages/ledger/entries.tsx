import { signal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { useMemo } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { codeName } from '../../i18n/words/codes.ts';
import { w } from '../../i18n/words/ledger.ts';
import { dayTime, formatCount, THIN } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { now } from '../../state/clock.ts';
import { usePages } from '../../state/pages.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { Empty, ListFoot } from '../../ui/states.tsx';
import { PeriodChoice } from './period.tsx';
import { view } from './view.ts';

/** One entry of the ledger. */
export type Entry = InferResponseType<typeof api.ledger.$get, 200>['entries'][number];

const pointed = signal<string | number | null>(null);
const PAGE = 100;
const LOOK_MS = 20_000;

/** A code in words. One that this page does not know is shown as it is. */
export function codeWords(code: string): string {
  return codeName.has(code) ? codeName(code) : code;
}

/** Bytes as a person reads them. */
export function sizeOf(bytes: number): string {
  return bytes < 1024 ? `${formatCount(bytes)}${THIN}B` : `${(bytes / 1024).toFixed(1)}${THIN}KiB`;
}

function kindMark(entry: Entry): string {
  return entry.disposition === 'quarantined' ? `◌ ${w('quarantined')}` : `✕ ${w('rejected')}`;
}

function columns(): Column<Entry>[] {
  return [
    {
      id: 'time',
      head: w('colTime'),
      naming: true,
      cell: (r) => dayTime(Date.parse(r.receivedAt), now.value),
    },
    { id: 'terminal', head: w('colTerminal'), cell: (r) => r.terminalId },
    {
      id: 'kind',
      head: w('colKind'),
      class: 'room-2',
      tone: (r) => (r.disposition === 'quarantined' ? 'data-problem' : ''),
      cell: kindMark,
    },
    { id: 'code', head: w('colCode'), title: (r) => r.code, cell: (r) => codeWords(r.code) },
    { id: 'field', head: w('colField'), class: 'mono quiet room-3', cell: (r) => r.field },
    { id: 'records', head: w('colRecords'), class: 'num room-3', cell: (r) => formatCount(r.records) },
    { id: 'size', head: w('colSize'), class: 'num room-4', cell: (r) => sizeOf(r.byteCount) },
    {
      id: 'state',
      head: w('colState'),
      class: 'quiet room-2',
      cell: (r) => (r.disposition === 'rejected' ? w('standing') : r.resolvedAt ? `✓ ${w('resolved')}` : w('open')),
    },
  ];
}

function Filters() {
  const v = view.value;
  return (
    <FilterBar active={[v.kind !== null, v.code !== '', v.open].filter(Boolean).length}>
      <PeriodChoice />
      <input
        type="search"
        data-search="page"
        value={v.terminal}
        placeholder={`${w('terminal')}  /`}
        aria-label={w('terminal')}
        onInput={(event) => view.show({ terminal: event.currentTarget.value.trim() }, 'replace')}
      />
      <select
        aria-label={w('colKind')}
        value={v.kind ?? ''}
        onChange={(event) => {
          const kind = event.currentTarget.value;
          view.show({ kind: kind === 'rejected' || kind === 'quarantined' ? kind : null });
        }}
      >
        <option value="">{w('allKinds')}</option>
        <option value="rejected">{w('rejected')}</option>
        <option value="quarantined">{w('quarantined')}</option>
      </select>
      <select aria-label={w('colCode')} value={v.code} onChange={(event) => view.show({ code: event.currentTarget.value })}>
        <option value="">{w('allCodes')}</option>
        {Object.keys(codeName.zh).map((code) => (
          <option key={code} value={code}>
            {codeWords(code)}
          </option>
        ))}
      </select>
      <label class="check">
        <input type="checkbox" checked={v.open} onChange={(event) => view.show({ open: event.currentTarget.checked })} />
        {w('openOnly')}
      </label>
    </FilterBar>
  );
}

/** Messages that were not stored, the newest first. */
export function Entries({ chosen }: { chosen: number | null }) {
  const v = view.value;
  const terminal = /^[A-Za-z0-9_-]{1,64}$/.test(v.terminal) ? v.terminal : '';
  const question = {
    from: `now-${v.period}`,
    limit: String(PAGE),
    ...(terminal === '' ? {} : { terminal }),
    ...(v.kind === null ? {} : { disposition: v.kind }),
    ...(v.code === '' ? {} : { code: v.code }),
    ...(v.open ? { open: 'true' as const } : {}),
  };
  const pages = usePages<Entry>(
    JSON.stringify(question),
    async (cursor, signal_) => {
      const query = cursor === null ? question : { ...question, cursor };
      const { entries, nextCursor } = await take(api.ledger.$get({ query }, { init: { signal: signal_ } }));
      return { rows: entries, nextCursor };
    },
    LOOK_MS,
  );
  const table = useMemo(columns, [language.value]);
  const filtered = terminal !== '' || v.kind !== null || v.code !== '' || v.open;
  return (
    <>
      <Filters />
      <DataTable
        label={w('table')}
        columns={table}
        rows={pages.rows}
        keyOf={(r) => r.id}
        href={(r) => pathOf('ledger', r.id) + view.query()}
        chosen={chosen}
        pointed={pointed}
        onEnd={pages.readOn}
        foot={
          <ListFoot
            pages={pages}
            empty={
              filtered ? undefined : (
                <Empty title={w('empty')}>
                  <p>{w('emptyText')}</p>
                  <p class="quiet">{w('intro')}</p>
                </Empty>
              )
            }
          />
        }
      />
    </>
  );
}
