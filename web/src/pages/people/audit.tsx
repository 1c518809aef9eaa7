import { signal, useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { useMemo } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { deed } from '../../i18n/words/deeds.ts';
import { w } from '../../i18n/words/people.ts';
import { t } from '../../i18n/words/shell.ts';
import { clockTime, dayTime, formatCount, NO_VALUE } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import { usePages } from '../../state/pages.ts';
import { noteFailure } from '../../state/session.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Empty, ListFoot } from '../../ui/states.tsx';
import { view } from './page.tsx';

type Answer = InferResponseType<typeof api.audit.$get, 200>;
type Entry = Answer['entries'][number];

const pointed = signal<string | number | null>(null);
const PAGE = 100;
const LOOK_MS = 20_000;

function deedWords(action: string): string {
  return deed.has(action) ? deed(action) : action;
}

function actorWords(entry: Entry): string {
  return entry.actorKind === 'person' || entry.actorKind === 'token' ? entry.actor : w(entry.actorKind);
}

function objectWords(entry: Entry): string {
  if (!entry.object) return NO_VALUE;
  return entry.object.id === null ? entry.object.kind : `${entry.object.kind} ${entry.object.id}`;
}

function columns(): Column<Entry>[] {
  return [
    {
      id: 'at',
      head: w('auditAt'),
      naming: true,
      cell: (r) => `${dayTime(Date.parse(r.at), now.value).slice(0, -5)}${clockTime(Date.parse(r.at))}`,
    },
    { id: 'seq', head: '#', class: 'num quiet room-3', cell: (r) => formatCount(r.seq) },
    { id: 'actor', head: w('auditActor'), title: (r) => w(r.actorKind), cell: actorWords },
    { id: 'action', head: w('auditAction'), title: (r) => r.action, cell: (r) => deedWords(r.action) },
    { id: 'object', head: w('auditObject'), class: 'quiet room-2', cell: objectWords },
    {
      id: 'outcome',
      head: w('auditOutcome'),
      tone: (r) => (r.outcome === 'refused' ? 'attention' : ''),
      cell: (r) => (r.outcome === 'refused' ? `△ ${w('refused')}` : `✓ ${w('done')}`),
    },
    { id: 'from', head: w('auditFrom'), class: 'mono quiet room-3', cell: (r) => r.address ?? NO_VALUE },
  ];
}

function Detail({ entry, close }: { entry: Entry; close: () => void }) {
  return (
    <Modal title={`#${entry.seq} · ${deedWords(entry.action)}`} onClose={close} wide>
      <dl class="facts-list">
        <dt>{w('auditAt')}</dt>
        <dd>
          {dayTime(Date.parse(entry.at), now.peek()).slice(0, -5)}
          {clockTime(Date.parse(entry.at))} <span class="quiet">{t('zone')}</span>
        </dd>
        <dt>{w('auditActor')}</dt>
        <dd>
          {entry.actor} <span class="quiet">{w(entry.actorKind)}</span>
        </dd>
        <dt>{w('auditFrom')}</dt>
        <dd class="mono">{entry.address ?? NO_VALUE}</dd>
        <dt>{w('auditObject')}</dt>
        <dd>{objectWords(entry)}</dd>
        <dt>{w('hash')}</dt>
        <dd class="mono">{entry.hash}</dd>
      </dl>
      <h3>{w('auditDetail')}</h3>
      <pre class="audit-detail">{JSON.stringify(entry.detail, null, 2)}</pre>
    </Modal>
  );
}

function Verify() {
  const verdict = useSignal<string | null>(null);
  const busy = useSignal(false);
  const verify = async () => {
    busy.value = true;
    try {
      const told = await take(api.audit.verify.$get({ query: {} }));
      verdict.value = told.head
        ? `✓ ${w('verified', { seq: told.head.seq, hash: told.head.hash })}`
        : `▲ ${w('broken', { seq: told.at ?? 0, why: told.why ?? '' })}`;
    } catch (error) {
      verdict.value = noteFailure(error).message;
    }
    busy.value = false;
  };
  return (
    <>
      <button type="button" disabled={busy.value} onClick={() => void verify()}>
        {w('verify')}
      </button>
      <a class="button" href="/api/v1/audit/export?format=csv" download>
        {w('exportCsv')}
      </a>
      <a class="button" href="/api/v1/audit/export?format=json" download>
        {w('exportJson')}
      </a>
      {verdict.value !== null && (
        <p class="audit-verdict" role="status">
          {verdict.value}
        </p>
      )}
    </>
  );
}

/** Who did or was refused what, the newest first, chained by hash. */
export function Audit() {
  const { actor, action, outcome } = view.value;
  const head = useSignal<Answer['head'] | null>(null);
  const open = useSignal<Entry | null>(null);
  const question = {
    limit: String(PAGE),
    ...(actor.trim() === '' ? {} : { actor: actor.trim() }),
    ...(action === '' ? {} : { action }),
    ...(outcome === null ? {} : { outcome }),
  };
  const pages = usePages<Entry>(
    JSON.stringify(question),
    async (cursor, signal_) => {
      const query = cursor === null ? question : { ...question, cursor };
      const answer = await take(api.audit.$get({ query }, { init: { signal: signal_ } }));
      head.value = answer.head;
      return { rows: answer.entries, nextCursor: answer.nextCursor };
    },
    LOOK_MS,
  );
  const table = useMemo(columns, [language.value]);
  const groups = [...new Set(Object.keys(deed.zh).map((each) => each.split('.')[0] ?? each))];
  return (
    <>
      <FilterBar active={[action !== '', outcome !== null].filter(Boolean).length}>
        <input
          type="search"
          data-search="page"
          value={actor}
          placeholder={`${w('name')}  /`}
          aria-label={w('name')}
          onInput={(event) => view.show({ actor: event.currentTarget.value }, 'replace')}
        />
        <select
          aria-label={w('auditAction')}
          value={action}
          onChange={(event) => view.show({ action: event.currentTarget.value })}
        >
          <option value="">{t('all')}</option>
          {groups.map((group) => (
            <optgroup key={group} label={group}>
              {Object.keys(deed.zh)
                .filter((each) => each.startsWith(`${group}.`))
                .map((each) => (
                  <option key={each} value={each}>
                    {deedWords(each)}
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
        <select
          aria-label={w('auditOutcome')}
          value={outcome ?? ''}
          onChange={(event) => {
            const next = event.currentTarget.value;
            view.show({ outcome: next === 'done' || next === 'refused' ? next : null });
          }}
        >
          <option value="">{w('allOutcomes')}</option>
          <option value="done">{w('done')}</option>
          <option value="refused">{w('refused')}</option>
        </select>
        <Verify />
        {head.value && (
          <span class="quiet small">
            {w('auditHead', { n: formatCount(head.value.seq), hash: head.value.hash.slice(0, 12) })}
          </span>
        )}
      </FilterBar>
      <DataTable
        label={w('audit')}
        columns={table}
        rows={pages.rows}
        keyOf={(r) => r.seq}
        pointed={pointed}
        open={(r) => (open.value = r)}
        onEnd={pages.readOn}
        foot={<ListFoot pages={pages} empty={<Empty title={w('auditEmpty')} />} />}
      />
      {open.value && <Detail entry={open.value} close={() => (open.value = null)} />}
    </>
  );
}
