import { signal, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import '../../styles/leads.css';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/leads.ts';
import { t } from '../../i18n/words/shell.ts';
import { formatCount, formatShare, formatValue, NO_VALUE, THIN } from '../../model/format.ts';
import { howBad } from '../../model/how-bad.ts';
import { pathOf } from '../../model/routes.ts';
import { Page } from '../../shell/page.tsx';
import { useKeys } from '../../state/keys.ts';
import { usePages } from '../../state/pages.ts';
import { go } from '../../state/place.ts';
import { may } from '../../state/session.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { LevelMark } from '../../ui/level-mark.tsx';
import { Empty, ListFoot } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';
import { ask, DeedDialog, decide, decided } from './deeds.tsx';
import { LeadPane } from './lead-pane.tsx';
import { CAUSES, countsOf, fetchLeads, type Lead, type LeadPage, questionNow, TABS, view } from './leads.ts';

const pointed = signal<string | number | null>(null);
const chosen = signal<ReadonlySet<string>>(new Set());
const LOOK_MS = 20_000;

/** How bad a lead is, in its most telling figure. */
function bad(lead: Lead): string {
  const told = lead.headline && howBad(lead.headline.figures, lead.headline.limit);
  if (!told) return NO_VALUE;
  const { figure, ratio } = told;
  const value =
    figure.unit === 'share' ? formatShare(figure.value) : `${formatValue(figure.value, figure.digits)}${THIN}${figure.unit}`;
  return ratio === null ? `${figure.name} ${value}` : `${value} = ${ratio.toFixed(1)}×`;
}

function standing(lead: Lead): string {
  const { triage } = lead;
  const parts = [
    lead.state === 'withdrawn' ? w('withdrawn') : lead.state === 'closed' ? w('closed') : '',
    triage.state === 'snoozed' && triage.snoozedUntil ? w('until', { date: triage.snoozedUntil.slice(5) }) : '',
    triage.sinceDismissed ? w('sinceDismissed') : '',
    triage.assignee ? w('assignedTo', { name: triage.assignee }) : '',
  ].filter((each) => each !== '');
  return parts.join(' · ') || NO_VALUE;
}

function behind(lead: Lead): string {
  const h = lead.headline;
  if (!h) return NO_VALUE;
  const parts = [
    h.class ? w('class', { class: h.class }) : '',
    h.data.noxValidShare === null ? '' : w('valid', { share: formatShare(h.data.noxValidShare) }),
  ];
  return parts.filter((each) => each !== '').join(' · ') || NO_VALUE;
}

function toggle(id: string): void {
  const next = new Set(chosen.peek());
  if (!next.delete(id)) next.add(id);
  chosen.value = next;
}

function columns(): Column<Lead>[] {
  const choose: Column<Lead> = {
    id: 'choose',
    head: <span class="hidden-words">{w('keyChoose')}</span>,
    class: 'c-choose',
    cell: (r) => (
      <input
        type="checkbox"
        checked={chosen.value.has(r.id)}
        aria-label={w('choose', { plate: r.vehicle.plate })}
        onChange={() => toggle(r.id)}
      />
    ),
  };
  return [
    ...(may('leads.decide') ? [choose] : []),
    { id: 'level', head: w('colLevel'), cell: (r) => <LevelMark level={r.level} /> },
    { id: 'truck', head: w('colTruck'), naming: true, cell: (r) => r.vehicle.plate },
    {
      id: 'what',
      head: w('colWhat'),
      title: (r) => r.headline?.explanation,
      cell: (r) => (r.headline ? r.headline.ruleName : w(r.cause)),
    },
    { id: 'how', head: w('colHow'), class: 'room-2', cell: bad },
    {
      id: 'when',
      head: w('colWhen'),
      class: 'num room-2',
      cell: (r) => `${r.lastDay.slice(5)} · ${w('days', { n: r.days })}`,
    },
    { id: 'data', head: w('colData'), class: 'quiet room-3', cell: behind },
    { id: 'state', head: w('colState'), class: 'quiet room-4', cell: standing },
  ];
}

function Filters({ counts }: { counts: LeadPage['counts'] | null }) {
  const { tab, cause, who } = view.value;
  const n = counts && countsOf(counts);
  return (
    <div class="filters">
      <nav class="choice" aria-label={w('tabs')}>
        {TABS.map((each) => (
          <a key={each} href={`/leads${view.query({ tab: each })}`} aria-current={tab === each ? 'page' : undefined}>
            {w(each)} {n && <span class="quiet">{formatCount(n[each])}</span>}
          </a>
        ))}
      </nav>
      <select
        aria-label={w('allCauses')}
        value={cause ?? ''}
        onChange={(event) => view.show({ cause: CAUSES.find((each) => each === event.currentTarget.value) ?? null })}
      >
        <option value="">{w('allCauses')}</option>
        {CAUSES.map((each) => (
          <option key={each} value={each}>
            {w(each)}
          </option>
        ))}
      </select>
      <select
        aria-label={w('everyone')}
        value={who ?? ''}
        onChange={(event) => {
          const next = event.currentTarget.value;
          view.show({ who: next === 'mine' || next === 'none' ? next : null });
        }}
      >
        <option value="">{w('everyone')}</option>
        <option value="mine">{w('mine')}</option>
        <option value="none">{w('nobody')}</option>
      </select>
    </div>
  );
}

/** What can be done about the chosen leads, or the one that is open or pointed at. */
export function DeedButtons({ leads, decidedAlready }: { leads: readonly Lead[]; decidedAlready: boolean }) {
  if (!may('leads.decide')) return null;
  return (
    <span class="deeds">
      {decidedAlready ? (
        <button type="button" onClick={() => decide(leads, { kind: 'reopen' })}>
          {w('reopen')}
        </button>
      ) : (
        <>
          <button type="button" class="primary" title="e" onClick={() => decide(leads, { kind: 'confirm' })}>
            {w('confirm')} <kbd>e</kbd>
          </button>
          <button type="button" title="x" onClick={() => ask('dismiss', leads)}>
            {w('dismiss')} <kbd>x</kbd>
          </button>
          <button type="button" title="s" onClick={() => ask('snooze', leads)}>
            {w('snooze')} <kbd>s</kbd>
          </button>
        </>
      )}
      <button type="button" title="a" onClick={() => ask('assign', leads)}>
        {w('assign')} <kbd>a</kbd>
      </button>
      <button type="button" title="n" onClick={() => ask('note', leads)}>
        {w('note')} <kbd>n</kbd>
      </button>
    </span>
  );
}

/** The keys of the list and of the open lead. */
function useTriageKeys(rows: readonly Lead[], open: string | null): void {
  const meant = (): readonly Lead[] => {
    const many = rows.filter((lead) => chosen.peek().has(lead.id));
    if (many.length > 0) return many;
    const one = rows.find((lead) => lead.id === (open ?? pointed.peek()));
    return one ? [one] : [];
  };
  const to = (by: number, choosing: boolean) => {
    const at = rows.findIndex((lead) => lead.id === (open ?? pointed.peek()));
    const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    if (!next) return false;
    if (choosing) {
      const here = rows[at];
      chosen.value = new Set([...chosen.peek(), ...(here ? [here.id] : []), next.id]);
    }
    pointed.value = next.id;
    if (open !== null) go(pathOf('leads', next.id) + view.query({ finding: '', day: '', from: '', to: '' }), 'replace');
    return true;
  };
  const deciding = may('leads.decide')
    ? [
        { keys: ['e'], words: () => w('confirm'), act: () => decide(meant(), { kind: 'confirm' }) },
        { keys: ['x'], words: () => w('dismiss'), act: () => ask('dismiss', meant()) },
        { keys: ['a'], words: () => w('assign'), act: () => ask('assign', meant()) },
        { keys: ['n'], words: () => w('note'), act: () => ask('note', meant()) },
        { keys: ['s'], words: () => w('snooze'), act: () => ask('snooze', meant()) },
        { keys: ['u'], words: () => w('undo'), act: () => decide(meant(), { kind: 'undo' }) },
        {
          keys: [' '],
          words: () => w('keyChoose'),
          act: () => {
            const at = open ?? pointed.peek();
            if (typeof at !== 'string') return false;
            toggle(at);
            return true;
          },
        },
        { keys: ['J'], words: () => w('keyRange'), act: () => to(1, true) },
        { keys: ['K'], words: () => w('keyRange'), act: () => to(-1, true) },
      ]
    : [];
  useKeys([
    ...deciding,
    ...(open === null
      ? []
      : [
          { keys: ['j', 'ArrowDown'], words: () => t('keyDown'), act: () => to(1, false) },
          { keys: ['k', 'ArrowUp'], words: () => t('keyUp'), act: () => to(-1, false) },
          {
            keys: ['Escape'],
            words: () => t('keyClose'),
            act: () => go(`/leads${view.query({ finding: '', day: '', from: '', to: '' })}`),
          },
        ]),
  ]);
}

/** The list that officers work through; beside it the lead that is open. */
export function LeadsPage({ id }: { id: string | null }) {
  const { tab } = view.value;
  const counts = useSignal<LeadPage['counts'] | null>(null);
  const question = questionNow();
  const pages = usePages<Lead>(
    JSON.stringify(question),
    async (cursor, abort) => {
      const page = await fetchLeads(question, cursor, abort);
      counts.value = page.counts;
      return { rows: page.leads, nextCursor: page.nextCursor };
    },
    LOOK_MS,
  );
  const rows = pages.rows;
  // A lead that is decided leaves the list; the next one is pointed at, so that work goes on.
  useEffect(() => {
    if (decided.value > 0) {
      pages.again();
      chosen.value = new Set();
    }
  }, [decided.value]);
  useEffect(() => {
    if (rows.length > 0 && !rows.some((lead) => lead.id === pointed.peek())) pointed.value = rows[0]?.id ?? null;
  }, [rows]);
  useTriageKeys(rows, id);
  const table = useMemo(columns, [language.value]);
  const many = rows.filter((lead) => chosen.value.has(lead.id));
  return (
    <Page title={w('title')} facts={<Term id="lead">{w('notice')}</Term>}>
      <div class={id === null ? 'split' : 'split split-open'}>
        <div class="split-list">
          <Filters counts={counts.value} />
          {many.length > 0 && (
            <div class="filters">
              <b>{w('chosen', { n: many.length })}</b>
              <DeedButtons leads={many} decidedAlready={tab === 'confirmed' || tab === 'dismissed'} />
              <button type="button" class="plain" onClick={() => (chosen.value = new Set())}>
                {w('chooseNone')}
              </button>
            </div>
          )}
          <DataTable
            label={w('table')}
            columns={table}
            rows={rows}
            keyOf={(r) => r.id}
            href={(r) => pathOf('leads', r.id) + view.query({ finding: '', day: '', from: '', to: '' })}
            chosen={id}
            pointed={pointed}
            onEnd={pages.readOn}
            foot={
              <ListFoot
                pages={pages}
                empty={
                  <Empty title={w(tab === 'todo' ? 'emptyTodo' : 'emptyOther')}>
                    {tab === 'todo' && <p class="quiet">{w('emptyTodoText')}</p>}
                  </Empty>
                }
              />
            }
          />
        </div>
        {id !== null && <LeadPane key={id} id={id} />}
      </div>
      <DeedDialog />
    </Page>
  );
}
