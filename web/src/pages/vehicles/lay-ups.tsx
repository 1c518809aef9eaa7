import { useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, CallError, take } from '../../data/client.ts';
import { w } from '../../i18n/words/lay-ups.ts';
import { t } from '../../i18n/words/shell.ts';
import { beijing, dayTime } from '../../model/format.ts';
import { typedText } from '../../model/vehicle-form.ts';
import { now, serverNow } from '../../state/clock.ts';
import { type Query, useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { AreaField, ChoiceField, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Read } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';
import { toast } from '../../ui/toast.tsx';

type LayUps = InferResponseType<(typeof api.vehicles)[':id']['lay-ups']['$get'], 200>;
type LayUp = LayUps['layUps'][number];
const REASONS = ['winter', 'workshop', 'sold', 'other'] as const;

function today(): string {
  const { year, month, day } = beijing(serverNow());
  return `${year}-${month}-${day}`;
}

function reasonWords(reason: string): string {
  const known = REASONS.find((each) => each === reason);
  return known ? w(known) : reason;
}

function periodWords({ from, to }: { from: string; to: string | null }): string {
  return `${from} – ${to ?? w('still')}`;
}

/** The lay-up that is under way or lies ahead; null: the truck is in service. */
function standing(layUps: readonly LayUp[]): LayUp | null {
  return layUps.find(({ to }) => to === null || to > today()) ?? null;
}

interface DialogProps {
  truck: { id: number; plate: string };
  layUp: LayUp | null;
  query: Query<LayUps>;
  close: () => void;
  changed: () => void;
}

function LayUpDialog({ truck, layUp, query, close, changed }: DialogProps) {
  const sure = useSignal(false);
  const version = useSignal(layUp?.version ?? 0);
  const id = String(truck.id);
  const done = () => {
    query.again();
    changed();
    toast({ text: w('saved') });
    close();
  };
  /** Whoever is second reads what the first one wrote, and may then save over it knowingly. */
  const overtaken = async (error: unknown): Promise<never> => {
    if (!(error instanceof CallError) || error.code !== 'CHANGED' || layUp === null) throw error;
    const fresh = await take(api.vehicles[':id']['lay-ups'].$get({ param: { id } }));
    query.put(fresh);
    const stands = fresh.layUps.find((each) => each.id === layUp.id);
    if (!stands) throw new CallError('refused', w('gone'));
    version.value = stands.version;
    throw new CallError('refused', w('overtaken', { period: periodWords(stands), by: stands.recordedBy }));
  };
  const form = useForm(
    { from: layUp?.from ?? today(), to: layUp?.to ?? '', reason: layUp?.reason ?? '', note: layUp?.note ?? '' },
    {
      check: (v) => ({
        ...(v.from === '' ? { from: t('fieldRequired') } : {}),
        ...(v.to !== '' && v.to <= v.from ? { to: w('orderWrong') } : {}),
        ...(v.reason === '' ? { reason: t('fieldRequired') } : {}),
      }),
      send: async (v) => {
        const reason = REASONS.find((each) => each === v.reason) ?? 'other';
        const period = { from: v.from, to: v.to === '' ? null : v.to, reason, note: typedText(v.note) ?? null };
        if (layUp === null) await take(api.vehicles[':id']['lay-ups'].$post({ param: { id }, json: period }));
        else {
          const param = { id, layUpId: String(layUp.id) };
          await take(
            api.vehicles[':id']['lay-ups'][':layUpId'].$patch({ param, json: { version: version.peek(), ...period } }),
          ).catch(overtaken);
        }
        done();
      },
      plain: true,
      wordsOf: (code) => (code === 'OVERLAP' ? w('overlap') : undefined),
    },
  );
  const remove = async () => {
    if (layUp === null) return;
    if (!sure.value) {
      sure.value = true;
      return;
    }
    try {
      const param = { id, layUpId: String(layUp.id) };
      await take(api.vehicles[':id']['lay-ups'][':layUpId'].$delete({ param, query: { version: String(version.peek()) } })).catch(
        overtaken,
      );
      done();
    } catch (error) {
      form.wrong.value = { '': error instanceof Error ? error.message : String(error) };
    }
  };
  return (
    <Modal title={w(layUp === null || layUp.to !== null ? 'title' : 'backTitle', { plate: truck.plate })} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        <div class="field-row">
          <TextField form={form} name="from" label={w('from')} input={{ type: 'date' }} />
          <TextField form={form} name="to" label={w('to')} hint={w('toHint')} input={{ type: 'date' }} />
        </div>
        <ChoiceField
          form={form}
          name="reason"
          label={w('reason')}
          options={[['', '—'], ...REASONS.map((each) => [each, w(each)] as const)]}
        />
        <AreaField form={form} name="note" label={w('note')} rows={2} />
        <p class="quiet small">{w('effect')}</p>
        <FormFoot form={form} submit={w('save')}>
          {layUp !== null && (
            <button type="button" class={sure.value ? 'over' : ''} onClick={() => void remove()}>
              {w(sure.value ? 'removeSure' : 'remove')}
            </button>
          )}
        </FormFoot>
      </form>
    </Modal>
  );
}

function History({ data }: { data: LayUps }) {
  if (data.events.length === 0) return <p class="quiet">{w('historyNone')}</p>;
  return (
    <ul class="lay-up-history">
      {data.events.map((each) => (
        <li key={each.id}>
          {w('deed', { kind: w(each.kind), period: periodWords(each), reason: reasonWords(each.reason) })}
          {each.note && <span> {each.note}</span>}{' '}
          <span class="quiet small">{w('deedBy', { by: each.by, time: dayTime(Date.parse(each.at), now.peek()) })}</span>
        </li>
      ))}
    </ul>
  );
}

/** Whether a truck is in service, with its lay-ups and everything that was done about them. A section of its file. */
export function ServiceSection({ truck, changed }: { truck: { id: number; plate: string }; changed: () => void }) {
  const dialog = useSignal<{ layUp: LayUp | null } | null>(null);
  const id = String(truck.id);
  const query = useQuery(`lay-ups ${id}`, (signal) =>
    take(api.vehicles[':id']['lay-ups'].$get({ param: { id } }, { init: { signal } })),
  );
  const data = query.data.value;
  const now_ = data === null ? null : standing(data.layUps);
  return (
    <section class="section" aria-label={w('service')}>
      <h2>
        {w('service')}
        {data !== null && may('registry.write') && (
          <button type="button" class="plain small" onClick={() => (dialog.value = { layUp: now_ })}>
            {w(now_ === null ? 'layUp' : now_.to === null ? 'back' : 'change')}
          </button>
        )}
      </h2>
      <Read query={query}>
        {(read) => (
          <>
            <p>
              {now_ === null ? (
                `✓ ${w('inService')}`
              ) : (
                <>
                  <Term id="laidUp">
                    {w(now_.to === null ? 'laidUpSince' : 'laidUpUntil', { from: now_.from, to: now_.to ?? '' })}
                  </Term>{' '}
                  <span class="quiet">{reasonWords(now_.reason)}</span>
                </>
              )}
            </p>
            <details>
              <summary class="quiet small">{w('history')}</summary>
              <History data={read} />
            </details>
          </>
        )}
      </Read>
      {dialog.value && (
        <LayUpDialog
          truck={truck}
          layUp={dialog.value.layUp}
          query={query}
          changed={changed}
          close={() => {
            dialog.value = null;
          }}
        />
      )}
    </section>
  );
}
