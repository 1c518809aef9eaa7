import type { InferResponseType } from 'hono/client';
import { useMemo } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/ledger.ts';
import { formatCount } from '../../model/format.ts';
import { usePages } from '../../state/pages.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Empty, ListFoot } from '../../ui/states.tsx';
import { PeriodChoice } from './period.tsx';
import { view } from './view.ts';

type Tally = InferResponseType<typeof api.link.$get, 200>['terminals'][number];

const PAGE = 500;
const LOOK_MS = 30_000;

function columns(): Column<Tally>[] {
  const count = (
    id: keyof Tally & ('messages' | 'received' | 'stored' | 'merged' | 'duplicate' | 'rejected' | 'late'),
    head: string,
    room = '',
  ) => ({
    id,
    head,
    class: `num ${room}`,
    cell: (r: Tally) => formatCount(r[id]),
  });
  return [
    { id: 'terminal', head: w('colTerminal'), naming: true, cell: (r) => r.terminalId },
    count('messages', w('colMessages'), 'room-3'),
    count('received', w('colReceived')),
    count('stored', w('colStored')),
    { ...count('merged', w('colMerged'), 'room-4'), tone: () => 'quiet' },
    count('duplicate', w('colDuplicate'), 'room-2'),
    count('rejected', w('colRejected'), 'room-2'),
    count('late', w('colLate'), 'room-3'),
    {
      id: 'balance',
      head: w('colBalance'),
      tone: (r) => (r.balanced ? 'quiet' : 'over'),
      cell: (r) => (r.balanced ? `✓ ${w('balanced')}` : `▲ ${w('unbalanced')}`),
    },
  ];
}

/** Per terminal: what was received, and what became of it. */
export function LinkTallies() {
  const { period } = view.value;
  const pages = usePages<Tally>(
    `link ${period}`,
    async (cursor, signal) => {
      const query = { from: `now-${period}`, limit: String(PAGE), ...(cursor === null ? {} : { cursor }) };
      const answer = await take(api.link.$get({ query }, { init: { signal } }));
      return { rows: answer.terminals, nextCursor: answer.nextCursor };
    },
    LOOK_MS,
  );
  const table = useMemo(columns, [language.value]);
  return (
    <>
      <div class="filters">
        <PeriodChoice />
        <span class="quiet">{w('linkIntro')}</span>
      </div>
      <DataTable
        label={w('linkTable')}
        columns={table}
        rows={pages.rows}
        keyOf={(r) => r.terminalId}
        onEnd={pages.readOn}
        foot={<ListFoot pages={pages} empty={<Empty title={w('linkEmpty')} />} />}
      />
    </>
  );
}
