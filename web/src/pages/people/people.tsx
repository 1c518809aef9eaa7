import { signal, useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { useMemo } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/people.ts';
import { t } from '../../i18n/words/shell.ts';
import { dayTime } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { may, me } from '../../state/session.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Empty, Failed } from '../../ui/states.tsx';
import { AddPerson, EditPerson, FirstPerson } from './person-dialogs.tsx';

/** An account as the list has it. */
export type Account = InferResponseType<typeof api.people.$get, 200>['people'][number];

const LOOK_MS = 30_000;
const STATES = { active: 'stateActive', invited: 'stateInvited', reset: 'stateReset', disabled: 'stateDisabled' } as const;
const pointed = signal<string | number | null>(null);

function columns(): Column<Account>[] {
  return [
    { id: 'name', head: w('colName'), naming: true, cell: (r) => r.displayName },
    { id: 'user', head: w('colUser'), class: 'mono', cell: (r) => r.name },
    { id: 'role', head: w('role'), title: (r) => w(`${r.role}Text`), cell: (r) => w(r.role) },
    {
      id: 'districts',
      head: w('districts'),
      class: 'quiet room-3',
      cell: (r) => (r.districts === null ? w('allDistricts') : r.districts.join(' ')),
    },
    {
      id: 'state',
      head: w('colState'),
      tone: (r) => (r.heldUpUntil ? 'attention' : r.state === 'active' ? '' : 'quiet'),
      cell: (r) =>
        r.heldUpUntil ? `△ ${w('heldUp', { time: dayTime(Date.parse(r.heldUpUntil), now.value) })}` : w(STATES[r.state]),
    },
    {
      id: 'factor',
      head: w('colFactor'),
      class: 'room-2',
      cell: (r) => (r.secondFactor ? `✓ ${w('factorOn0')}` : w('factorOff')),
    },
    {
      id: 'last',
      head: w('colLast'),
      class: 'num room-2',
      cell: (r) => (r.lastSignInAt ? dayTime(Date.parse(r.lastSignInAt), now.value) : w('none')),
    },
    { id: 'sessions', head: w('colSessions'), class: 'num room-3', cell: (r) => String(r.sessions) },
  ];
}

/** All accounts. */
export function People() {
  const query = useQuery('people', (signal_) => take(api.people.$get({}, { init: { signal: signal_ } })), { everyMs: LOOK_MS });
  const open = useSignal<Account | 'add' | 'first' | null>(null);
  const table = useMemo(columns, [language.value]);
  const people = query.data.value?.people;
  const close = () => {
    open.value = null;
    query.again();
  };
  const none = me.value?.kind === 'setup';
  return (
    <>
      <div class="filters">
        {none ? (
          <>
            <button type="button" class="primary" onClick={() => (open.value = 'first')}>
              {w('demoAdd')}
            </button>
            <span class="quiet">{w('demoNote')}</span>
          </>
        ) : (
          may('people.manage') && (
            <button type="button" class="primary" onClick={() => (open.value = 'add')}>
              {w('add')}
            </button>
          )
        )}
      </div>
      <Failed query={query} />
      <DataTable
        label={w('table')}
        columns={table}
        rows={people ?? []}
        keyOf={(r) => r.id}
        pointed={pointed}
        rowClass={(r) => (r.state === 'disabled' ? 'away' : '')}
        {...(may('people.manage') ? { open: (r: Account) => (open.value = r) } : {})}
        foot={
          people === undefined ? (
            <p class="hint">{t('loading')}</p>
          ) : (
            people.length === 0 && (
              <Empty title={w('peopleNone')}>
                <p class="quiet">{w('peopleNoneText')}</p>
              </Empty>
            )
          )
        }
      />
      {open.value === 'first' && <FirstPerson close={close} />}
      {open.value === 'add' && <AddPerson close={close} />}
      {open.value !== null && typeof open.value === 'object' && <EditPerson account={open.value} close={close} />}
    </>
  );
}
