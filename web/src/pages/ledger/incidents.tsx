import type { InferResponseType } from 'hono/client';
import { useMemo } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { incidentName } from '../../i18n/words/codes.ts';
import { w } from '../../i18n/words/ledger.ts';
import { dayTime, formatCount, NO_VALUE } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import { usePages } from '../../state/pages.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Empty, ListFoot } from '../../ui/states.tsx';

type Incident = InferResponseType<typeof api.incidents.$get, 200>['incidents'][number];

const PAGE = 100;
const LOOK_MS = 20_000;

function columns(): Column<Incident>[] {
  return [
    { id: 'last', head: w('colLast'), naming: true, cell: (r) => dayTime(Date.parse(r.lastAt), now.value) },
    {
      id: 'kind',
      head: w('colWhat'),
      title: (r) => r.kind,
      cell: (r) => (incidentName.has(r.kind) ? incidentName(r.kind) : r.kind),
    },
    { id: 'terminal', head: w('colTerminal'), cell: (r) => r.terminalId ?? NO_VALUE },
    { id: 'address', head: w('colAddress'), class: 'mono quiet room-2', cell: (r) => r.address ?? NO_VALUE },
    { id: 'count', head: w('colCount'), class: 'num', cell: (r) => formatCount(r.count) },
    { id: 'detail', head: w('colDetail'), class: 'quiet wrap room-3', title: (r) => r.detail, cell: (r) => r.detail },
  ];
}

/** What the doors refused, the newest first. */
export function Incidents() {
  const pages = usePages<Incident>(
    'incidents',
    async (cursor, signal) => {
      const query = { limit: String(PAGE), ...(cursor === null ? {} : { cursor }) };
      const answer = await take(api.incidents.$get({ query }, { init: { signal } }));
      return { rows: answer.incidents, nextCursor: answer.nextCursor };
    },
    LOOK_MS,
  );
  const table = useMemo(columns, [language.value]);
  return (
    <DataTable
      label={w('incidentsTable')}
      columns={table}
      rows={pages.rows}
      keyOf={(r) => r.id}
      onEnd={pages.readOn}
      foot={
        <ListFoot
          pages={pages}
          empty={
            <Empty title={w('incidentsEmpty')}>
              <p class="quiet">{w('incidentsIntro')}</p>
            </Empty>
          }
        />
      }
    />
  );
}
