import { signal, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import '../../styles/leads.css';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/leads.ts';
import { nextAfter } from '../../model/next-after.ts';
import { Page } from '../../shell/page.tsx';
import { type Pages, usePages } from '../../state/pages.ts';
import { go } from '../../state/place.ts';
import { useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { late } from '../../ui/late.tsx';
import { Empty, ListFoot } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';
import { chooseNone, chosen, pointed } from './chosen.ts';
import { leadColumns } from './columns.tsx';
import { DeedButtons } from './deed-buttons.tsx';
import { DeedDialog, decided } from './deeds.tsx';
import { Filters } from './filters.tsx';
import { addressOf, fetchLeads, type Lead, type LeadPage, PAGE, questionNow, view } from './leads.ts';
import { PackingNote } from './packs.tsx';
import { useTriageKeys } from './triage-keys.ts';

const LOOK_MS = 20_000;
/** The lead that is open, with its charts: the list does not wait for their code, and they do not wait for it where a lead is opened. */
const LeadPane = late(async () => (await import('./lead-pane.tsx')).LeadPane);
/** Leads that were decided and leave the list at once, before it is read anew. */
const leaving = signal<ReadonlySet<string>>(new Set());

/** Display names of officers by their user names. */
function useNames(): ReadonlyMap<string, string> {
  const query = useQuery('officers', (abort) => take(api.officers.$get({ query: {} }, { init: { signal: abort } })));
  return useMemo(
    () => new Map(query.data.value?.officers.map(({ name, displayName }) => [name, displayName] as const)),
    [query.data.value],
  );
}

/** What is decided leaves the list, and work goes on with the next: it is pointed at, and opened where a lead was open. */
function useGoingOn(pages: Pages<Lead>, rows: readonly Lead[], open: string | null): void {
  useEffect(() => {
    const done = decided.value;
    if (done === null) return;
    chooseNone();
    if (done.leaves) {
      const ids = new Set(done.ids);
      const next = nextAfter(
        rows.map((lead) => lead.id),
        ids,
      );
      leaving.value = new Set([...leaving.peek(), ...ids]);
      pointed.value = next;
      if (open !== null && ids.has(open)) go(addressOf(next), 'replace');
    } else if (done.returns) {
      leaving.value = new Set([...leaving.peek()].filter((each) => !done.ids.includes(each)));
      const [first] = done.ids;
      if (first !== undefined) {
        pointed.value = first;
        if (open !== null) go(addressOf(first), 'replace');
      }
    }
    // A list that someone has read on stays as it is under their eyes.
    if (rows.length <= PAGE) pages.again();
  }, [decided.value]);
  useEffect(() => {
    if (rows.length > 0 && !rows.some((lead) => lead.id === pointed.peek())) pointed.value = open ?? rows[0]?.id ?? null;
  }, [rows]);
}

function Nothing() {
  const { tab, cause, who, district, q } = view.value;
  const filtered = cause !== null || who !== null || district !== '' || q !== '';
  if (filtered) {
    return (
      <Empty title={w('emptyFiltered')}>
        <button type="button" onClick={() => view.show({ cause: null, who: null, district: '', q: '' })}>
          {w('showAll')}
        </button>
      </Empty>
    );
  }
  return (
    <Empty title={w(tab === 'todo' ? 'emptyTodo' : 'emptyOther')}>
      {tab === 'todo' && <p class="quiet">{w('emptyTodoText')}</p>}
    </Empty>
  );
}

/** The list that officers work through; beside it the lead that is open. */
export function LeadsPage({ id }: { id: string | null }) {
  const { tab, sort, reversed, print } = view.value;
  const counts = useSignal<LeadPage['counts'] | null>(null);
  const question = questionNow();
  const pages = usePages<Lead>(
    JSON.stringify(question),
    async (cursor, abort) => {
      const page = await fetchLeads(question, cursor, abort);
      counts.value = page.counts;
      if (cursor === null) leaving.value = new Set();
      return { rows: page.leads, nextCursor: page.nextCursor };
    },
    LOOK_MS,
  );
  const rows = useMemo(() => pages.rows.filter((lead) => !leaving.value.has(lead.id)), [pages.rows, leaving.value]);
  useGoingOn(pages, rows, id);
  useEffect(() => {
    if (pages.ready) LeadPane.fetchNow();
  }, [pages.ready]);
  useTriageKeys(rows, id);
  const names = useNames();
  const table = useMemo(() => leadColumns(() => rows, names), [language.value, rows, names]);
  const many = rows.filter((lead) => chosen.value.has(lead.id));
  return (
    <Page title={w('title')} facts={<Term id="lead">{w('notice')}</Term>}>
      <div class={id === null ? 'split leads-split' : `split leads-split split-open${print ? ' split-print' : ''}`}>
        <div class="split-list">
          <Filters counts={counts.value} />
          {many.length > 0 && may('leads.decide') && (
            <div class="filters">
              <b>{w('chosen', { n: many.length })}</b>
              <DeedButtons leads={many} decidedAlready={tab === 'confirmed' || tab === 'dismissed'} />
              <button type="button" class="plain" onClick={chooseNone}>
                {w('chooseNone')}
              </button>
            </div>
          )}
          <PackingNote />
          <DataTable
            label={w('table')}
            columns={table}
            rows={rows}
            keyOf={(r) => r.id}
            href={(r) => addressOf(r.id)}
            chosen={id}
            pointed={pointed}
            sorting={{
              by: sort,
              descending: sort === 'plate' ? reversed : !reversed,
              to: (by) => {
                const next = (['urgency', 'day', 'plate'] as const).find((each) => each === by) ?? 'urgency';
                view.show({ sort: next, reversed: next === sort && !reversed }, 'replace');
              },
            }}
            onEnd={pages.readOn}
            foot={<ListFoot pages={{ ...pages, rows }} empty={<Nothing />} />}
          />
        </div>
        {id !== null && <LeadPane key={id} id={id} />}
      </div>
      <DeedDialog />
    </Page>
  );
}
