import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { api, take } from '../../data/client.ts';
import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/today.ts';
import { w as vw } from '../../i18n/words/vehicles.ts';
import { formatSpan } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { now } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { SecretShown, TryLine } from '../../ui/secret.tsx';
import { AddVehicle } from '../vehicles/add-vehicle.tsx';
import { view } from './today.ts';

const LOOK_MS = 2_000;

/** The secret of the terminal that was entered here; told once, and gone with the page. */
type Made = Signal<{ id: string; secret: string } | null>;

interface Progress {
  truck: { id: number; plate: string } | null;
  terminal: string | null;
  receivedAt: string | null;
  refusal: { reason: string; at: string } | null;
}

/** How far the first real truck is: entered, with a terminal, heard of; and what was refused last of that terminal. */
async function fetchProgress(init: AbortSignal): Promise<Progress> {
  const { vehicles } = await take(
    api.vehicles.$get({ query: { sort: 'plate', limit: '500', signals: 'speedKmh' } }, { init: { signal: init } }),
  );
  const real = vehicles.filter((vehicle) => !vehicle.demo);
  const truck = real.find((vehicle) => vehicle.terminal !== null) ?? real[0];
  if (!truck) return { truck: null, terminal: null, receivedAt: null, refusal: null };
  const terminal = truck.terminal?.id ?? null;
  return {
    truck,
    terminal,
    receivedAt: truck.lastReceivedAt,
    refusal: terminal === null ? null : await lastRefusal(terminal, init),
  };
}

async function lastRefusal(terminal: string, init: AbortSignal): Promise<Progress['refusal']> {
  if (!may('ledger.read')) return null;
  const query = { terminal, limit: '1' };
  const { entries } = await take(api.ledger.$get({ query }, { init: { signal: init } }));
  const { incidents } = await take(api.incidents.$get({ query }, { init: { signal: init } }));
  const refusals = [
    ...entries.map(({ reason, code, receivedAt }) => ({ reason: `${code}: ${reason}`, at: receivedAt })),
    ...incidents.map(({ kind, detail, lastAt }) => ({ reason: detail === '' ? kind : detail, at: lastAt })),
  ];
  return refusals.sort((a, b) => (a.at < b.at ? 1 : -1))[0] ?? null;
}

function AddTerminalHere({ vehicleId, made, done }: { vehicleId: number; made: Made; done: () => void }) {
  const form = useForm(
    { id: 'T-0001' },
    {
      check: (v) => (/^[A-Za-z0-9_-]{1,64}$/.test(v.id.trim()) ? {} : { id: w('stepTerminalIdRule') }),
      send: async (v) => {
        made.value = await take(api.terminals.$post({ json: { id: v.id.trim(), vehicleId } }));
        done();
      },
      wordsOf: (code) => (code === 'EXISTS' ? w('stepTerminalExists') : undefined),
    },
  );
  return (
    <form onSubmit={form.submit} noValidate>
      <TextField
        form={form}
        name="id"
        label={w('stepTerminalId')}
        hint={w('stepTerminalIdRule')}
        input={{ maxLength: 64, class: 'mono' }}
      />
      <FormFoot form={form} submit={w('stepTerminalGo')} />
    </form>
  );
}

function Step({
  n,
  done,
  now: current,
  title,
  children,
}: {
  n: number;
  done: boolean;
  now: boolean;
  title: string;
  children: ComponentChildren;
}) {
  return (
    <li class={current ? 'step now' : 'step'} aria-current={current ? 'step' : undefined}>
      <span class="mark" aria-hidden="true">
        {done ? '✓' : n}
      </span>
      <div>
        <h2>{title}</h2>
        {children}
      </div>
    </li>
  );
}

const ago = (at: string) => formatSpan((now.value - Date.parse(at)) / 1000);

function Heard({ progress: { receivedAt, refusal, truck } }: { progress: Progress }) {
  const refusedLast = refusal !== null && (receivedAt === null || refusal.at > receivedAt);
  return (
    <p class="heard" role="status">
      {receivedAt !== null && (
        <>
          <b>✓ {w('arrived')}</b> {w('arrivedAgo', { span: ago(receivedAt) })}{' '}
        </>
      )}
      {refusedLast && (
        <span class="data-problem">
          ◌ {w('refused', { reason: refusal.reason })} · {w('refusedAt', { span: ago(refusal.at) })}
        </span>
      )}
      {receivedAt === null && !refusedLast && <span class="quiet">{w('waiting')}</span>}
      {receivedAt !== null && truck && (
        <a class="button primary" href={pathOf('vehicles', truck.id)}>
          {w('openFile')}
        </a>
      )}
    </p>
  );
}

/** The way from an empty site to the first message of a real terminal: three steps, each told by what the service knows. */
export function FirstTerminal({ demo }: { demo: boolean }) {
  const adding = useSignal(false);
  const made: Made = useSignal(null);
  const query = useQuery('first-terminal', fetchProgress, { everyMs: LOOK_MS, keep: true });
  const progress = query.data.value ?? { truck: null, terminal: null, receivedAt: null, refusal: null };
  const { truck, terminal, receivedAt } = progress;
  const secret = made.value !== null && made.value.id === terminal ? made.value.secret : null;
  return (
    <div class="first">
      <h2>{w('firstTitle')}</h2>
      <p class="quiet">{w('firstText')}</p>
      <ol>
        <Step n={1} done={truck !== null} now={truck === null} title={w('stepTruck')}>
          {truck ? (
            <p>{w('stepTruckDone', { plate: truck.plate })}</p>
          ) : (
            <>
              <p class="quiet">{w('stepTruckText')}</p>
              {may('registry.write') && (
                <button type="button" class="primary" onClick={() => (adding.value = true)}>
                  {vw('add')}
                </button>
              )}
            </>
          )}
        </Step>
        <Step n={2} done={terminal !== null} now={truck !== null && terminal === null} title={w('stepTerminal')}>
          {terminal !== null ? (
            <p>{w('stepTerminalDone', { id: terminal, plate: truck?.plate ?? '' })}</p>
          ) : (
            <>
              <p class="quiet">{w('stepTerminalText')}</p>
              {truck &&
                (may('terminals.manage') ? (
                  <AddTerminalHere vehicleId={truck.id} made={made} done={query.again} />
                ) : (
                  <p>{w('needAdmin')}</p>
                ))}
            </>
          )}
        </Step>
        <Step n={3} done={receivedAt !== null} now={terminal !== null && receivedAt === null} title={w('stepSend')}>
          {terminal === null ? (
            <p class="quiet">{w('stepSendText')}</p>
          ) : (
            <>
              {secret !== null ? (
                <SecretShown terminal={terminal} secret={secret} />
              ) : (
                <>
                  <p class="quiet">{w('stepSecretGone')}</p>
                  <TryLine terminal={terminal} secret="<secret>" />
                </>
              )}
              <Heard progress={progress} />
            </>
          )}
        </Step>
      </ol>
      {demo && (
        <a class="link" href={`/${view.query({ first: false })}`}>
          {w('firstBack')}
        </a>
      )}
      {adding.value && (
        <AddVehicle
          close={() => {
            adding.value = false;
            query.again();
          }}
        />
      )}
      {query.failure.value && query.data.value === null && (
        <p class="hint">{t('failed', { reason: query.failure.value.message })}</p>
      )}
    </div>
  );
}
