import { signal, useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { type ComponentChildren, Fragment } from 'preact';
import { useMemo } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/terminals.ts';
import { beijing, dayTime, NO_VALUE } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { text } from '../../model/view-fields.ts';
import { Page } from '../../shell/page.tsx';
import { now } from '../../state/clock.ts';
import { pageView } from '../../state/place.ts';
import { useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Empty, Failed } from '../../ui/states.tsx';
import { AddTerminal, AssignTerminal, ChangeTerminal, RevokeTerminal, RotateSecret } from './dialogs.tsx';

export type Terminal = InferResponseType<typeof api.terminals.$get, 200>['terminals'][number];

const view = pageView({ q: text() });
const pointed = signal<string | number | null>(null);
const PAGE = 500;
const LOOK_MS = 30_000;
/** An assignment from before this moment was entered as "always". */
const ALWAYS_MS = Date.UTC(2000, 0, 2);

async function readAll(q: string, signal_: AbortSignal): Promise<Terminal[]> {
  const all: Terminal[] = [];
  let cursor: string | null = null;
  do {
    const query = { limit: String(PAGE), ...(q.trim() === '' ? {} : { q: q.trim() }), ...(cursor === null ? {} : { cursor }) };
    const page: InferResponseType<typeof api.terminals.$get, 200> = await take(
      api.terminals.$get({ query }, { init: { signal: signal_ } }),
    );
    all.push(...page.terminals);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return all;
}

type Dialog = { kind: 'add' } | { kind: 'one' | 'change' | 'rotate' | 'revoke' | 'assign'; terminal: Terminal };

function since(iso: string): string {
  const ms = Date.parse(iso);
  if (ms < ALWAYS_MS) return w('always');
  const { year, month, day } = beijing(ms);
  return `${year}-${month}-${day}`;
}

function device(terminal: Terminal): string {
  return [terminal.vendor, terminal.model, terminal.firmware].filter(Boolean).join(' · ') || NO_VALUE;
}

function standing(terminal: Terminal): string {
  if (terminal.revokedAt) return w('revoked', { time: dayTime(Date.parse(terminal.revokedAt), now.value) });
  const until = terminal.previousSecretUntil ? Date.parse(terminal.previousSecretUntil) : 0;
  return until > now.value ? w('overlap', { time: dayTime(until, now.value) }) : w('active');
}

const DEEDS = ['assign', 'change', 'rotate', 'revoke'] as const;

/** What who is signed in may do with a terminal. */
function deedsOf(terminal: Terminal): readonly (typeof DEEDS)[number][] {
  if (terminal.revokedAt !== null) return [];
  return DEEDS.filter((deed) => may(deed === 'assign' ? 'registry.write' : 'terminals.manage'));
}

function Actions({ terminal, open }: { terminal: Terminal; open: (dialog: Dialog) => void }) {
  return (
    <span class="row-actions">
      {deedsOf(terminal).map((kind) => (
        <button key={kind} type="button" class="plain small" onClick={() => open({ kind, terminal })}>
          {w(kind)}
        </button>
      ))}
    </span>
  );
}

function columns(open: (dialog: Dialog) => void): Column<Terminal>[] {
  return [
    {
      id: 'id',
      head: w('colId'),
      naming: true,
      cell: (r) => (
        <>
          {r.id}
          {r.demo && <span class="tag">{t('demo')}</span>}
        </>
      ),
    },
    {
      id: 'vehicle',
      head: w('colTruck'),
      cell: (r) =>
        r.vehicle ? (
          <a class="link" href={pathOf('vehicles', r.vehicle.id)}>
            {r.vehicle.plate}
          </a>
        ) : (
          <span class="data-problem">◌ {w('noTruck')}</span>
        ),
    },
    { id: 'since', head: w('colSince'), class: 'quiet room-3', cell: (r) => (r.vehicle ? since(r.vehicle.since) : NO_VALUE) },
    { id: 'device', head: w('colDevice'), class: 'quiet room-3', cell: device },
    { id: 'door', head: w('colDoor'), class: 'quiet room-4', cell: (r) => w(r.profile.tcp === undefined ? 'mqtt' : 'tcp') },
    {
      id: 'last',
      head: w('colLast'),
      class: 'num room-2',
      cell: lastHeard,
    },
    { id: 'state', head: w('colState'), class: 'room-2', tone: (r) => (r.revokedAt ? 'quiet' : ''), cell: standing },
    {
      id: 'actions',
      head: <span class="hidden-words">{t('actions')}</span>,
      class: 'num room-2',
      cell: (r) => <Actions terminal={r} open={open} />,
    },
  ];
}

/** A moment as people read it, or that it never was. */
function lastHeard(terminal: Terminal): ComponentChildren {
  if (terminal.lastHour === null) return <span class="quiet">{w('never')}</span>;
  const from = Date.parse(terminal.lastHour);
  return w('hourOf', { from: dayTime(from, now.value), to: dayTime(from + 3_600_000, now.value).slice(-5) });
}

/** All that is known of one terminal, and what can be done with it. */
function OneTerminal({ terminal, close, go }: { terminal: Terminal; close: () => void; go: (dialog: Dialog) => void }) {
  const facts: readonly (readonly [string, ComponentChildren])[] = [
    [
      w('colTruck'),
      terminal.vehicle ? (
        <a class="link" href={pathOf('vehicles', terminal.vehicle.id)}>
          {terminal.vehicle.plate}
        </a>
      ) : (
        <span class="data-problem">◌ {w('noTruck')}</span>
      ),
    ],
    [w('colSince'), terminal.vehicle ? since(terminal.vehicle.since) : NO_VALUE],
    [w('colState'), standing(terminal)],
    [w('colLast'), lastHeard(terminal)],
    [w('colDoor'), w(terminal.profile.tcp === undefined ? 'mqtt' : 'tcp')],
    [w('vendor'), terminal.vendor ?? NO_VALUE],
    [w('model'), terminal.model ?? NO_VALUE],
    [w('firmware'), terminal.firmware ?? NO_VALUE],
    [w('iccid'), terminal.iccid ?? NO_VALUE],
  ];
  return (
    <Modal title={terminal.id} onClose={close}>
      <dl class="facts-list">
        {facts.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
      <p class="form-foot">
        <a class="button" href={`/ledger?terminal=${encodeURIComponent(terminal.id)}`}>
          {w('toLedger')}
        </a>
        {deedsOf(terminal).map((kind) => (
          <button key={kind} type="button" class={kind === 'revoke' ? 'danger' : ''} onClick={() => go({ kind, terminal })}>
            {w(kind)}
          </button>
        ))}
      </p>
    </Modal>
  );
}

/** Terminals: add one, give it a new secret, revoke it, put it on a truck. */
export function TerminalsPage() {
  const { q } = view.value;
  const dialog = useSignal<Dialog | null>(null);
  const query = useQuery(`terminals ${q}`, (abort) => readAll(q, abort), { everyMs: LOOK_MS, keep: true });
  const table = useMemo(() => columns((next) => (dialog.value = next)), [language.value]);
  const list = query.data.value;
  const close = () => {
    dialog.value = null;
    query.again();
  };
  const open = dialog.value;
  return (
    <Page
      title={w('title')}
      finder={false}
      actions={
        may('terminals.manage') && (
          <button type="button" class="primary" onClick={() => (dialog.value = { kind: 'add' })}>
            {w('add')}
          </button>
        )
      }
    >
      {list?.length === 0 && q === '' ? (
        <Empty title={w('emptyTitle')}>
          <p>{w('emptyText')}</p>
          {may('terminals.manage') && (
            <button type="button" class="primary" onClick={() => (dialog.value = { kind: 'add' })}>
              {w('add')}
            </button>
          )}
        </Empty>
      ) : (
        <>
          <div class="filters">
            <input
              type="search"
              data-search="page"
              value={q}
              placeholder={`${w('search')}  /`}
              aria-label={w('search')}
              onInput={(event) => view.show({ q: event.currentTarget.value }, 'replace')}
            />
          </div>
          <Failed query={query} />
          <DataTable
            label={w('table')}
            columns={table}
            rows={list ?? []}
            keyOf={(r) => r.id}
            pointed={pointed}
            open={(r) => (dialog.value = { kind: 'one', terminal: r })}
            rowClass={(r) => (r.revokedAt ? 'away' : '')}
            foot={list?.length === 0 ? <p class="hint">{t('noMatch')}</p> : list === null && <p class="hint">{t('loading')}</p>}
          />
        </>
      )}
      {open?.kind === 'add' && <AddTerminal close={close} />}
      {open?.kind === 'one' && <OneTerminal terminal={open.terminal} close={close} go={(next) => (dialog.value = next)} />}
      {open?.kind === 'change' && <ChangeTerminal terminal={open.terminal} close={close} />}
      {open?.kind === 'rotate' && <RotateSecret terminal={open.terminal} close={close} />}
      {open?.kind === 'revoke' && <RevokeTerminal terminal={open.terminal} close={close} />}
      {open?.kind === 'assign' && <AssignTerminal terminal={open.terminal} close={close} />}
    </Page>
  );
}
