import { signal } from '@preact/signals';
import { api, CallError, take } from '../../data/client.ts';
import { w } from '../../i18n/words/leads.ts';
import { t } from '../../i18n/words/shell.ts';
import { isoBeijing } from '../../model/format.ts';
import { serverNow } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { noteFailure } from '../../state/session.ts';
import { AreaField, ChoiceField, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { toast } from '../../ui/toast.tsx';
import type { Deed, Lead } from './leads.ts';
import { packConfirmed } from './packing.ts';

/** What of a lead a deed names. */
export type Decidable = Pick<Lead, 'id' | 'lastDay' | 'triage'> & {
  vehicle: { district: string | null };
  /** The finding that tells most. */
  headline: { id: string } | null;
};

/** A deed that asks something first. */
export type Asking = 'dismiss' | 'assign' | 'note' | 'snooze';
export const asking = signal<{ kind: Asking; leads: readonly Decidable[] } | null>(null);
/** Rises with every deed, so that lists are read anew. */
export const decided = signal(0);

const UNDO_MS = 10_000;
const DAY_MS = 86_400_000;
export const REASONS = [
  'dataAbnormal',
  'sensorFault',
  'falseAlarm',
  'specialOperation',
  'underRepair',
  'duplicate',
  'other',
] as const;
type Reason = (typeof REASONS)[number];

async function send(leads: readonly { id: string; version: number; throughDay: string }[], deed: Deed): Promise<void> {
  const answer = await take(api.leads.decisions.$post({ json: { leads: [...leads], deed } }));
  decided.value += 1;
  const throughDay = new Map(leads.map((lead) => [lead.id, lead.throughDay]));
  const changed = answer.changed.length > 0 ? ` · ${w('someChanged', { n: answer.changed.length })}` : '';
  const words = `${w('done', { n: answer.done.length, what: w(deed.kind) })}${changed}`;
  if (deed.kind === 'undo') {
    toast({ text: words });
    return;
  }
  const again = answer.done.map(({ id, version }) => ({ id, version, throughDay: throughDay.get(id) ?? '' }));
  toast({ text: words, action: { words: w('undo'), act: () => void act(again, { kind: 'undo' }) } }, UNDO_MS);
}

async function act(leads: readonly { id: string; version: number; throughDay: string }[], deed: Deed): Promise<boolean> {
  try {
    await send(leads, deed);
    return true;
  } catch (error) {
    const failure = noteFailure(error);
    decided.value += 1;
    toast({ text: failure.code === 'CHANGED' ? w('allChanged') : t('serverSays', { reason: failure.message }) });
    return false;
  }
}

function named(leads: readonly Decidable[]) {
  return leads.map(({ id, lastDay, triage }) => ({ id, version: triage.version, throughDay: lastDay }));
}

/** Does something about leads at once: it can be undone for a while. */
export function decide(leads: readonly Decidable[], deed: Deed): void {
  if (leads.length === 0) return;
  void act(named(leads), deed).then((done) => {
    // What was confirmed must be shown as it was then, whatever comes later.
    if (done && deed.kind === 'confirm') void packConfirmed(leads.flatMap(({ headline }) => (headline ? [headline.id] : [])));
  });
}

/** Asks what a deed needs to know first. */
export function ask(kind: Asking, leads: readonly Decidable[]): void {
  if (leads.length > 0) asking.value = { kind, leads };
}

/** Sends from a form: a fault stays in the form, somebody else's decision closes it. */
async function fromForm(leads: readonly Decidable[], deed: Deed): Promise<void> {
  try {
    await send(named(leads), deed);
  } catch (error) {
    if (!(error instanceof CallError) || error.code !== 'CHANGED') throw error;
    noteFailure(error);
    decided.value += 1;
    toast({ text: w('allChanged') });
  }
  asking.value = null;
}

function Dismiss({ leads }: { leads: readonly Decidable[] }) {
  const form = useForm(
    { reason: 'sensorFault', note: '' },
    {
      check: (v) => (v.reason === 'other' && v.note.trim() === '' ? { note: w('noteNeeded') } : {}),
      send: async (v) => {
        const reason: Reason = REASONS.find((each) => each === v.reason) ?? 'other';
        await fromForm(leads, { kind: 'dismiss', reason, ...(v.note.trim() === '' ? {} : { note: v.note.trim() }) });
      },
    },
  );
  return (
    <form onSubmit={form.submit} noValidate>
      <ChoiceField form={form} name="reason" label={w('reason')} options={REASONS.map((each) => [each, w(each)])} />
      <AreaField form={form} name="note" label={w('noteLabel')} />
      <FormFoot form={form} submit={w('dismiss')} />
    </form>
  );
}

function Assign({ leads }: { leads: readonly Decidable[] }) {
  const query = useQuery('officers', (abort) => take(api.officers.$get({ query: {} }, { init: { signal: abort } })));
  const form = useForm(
    { to: leads[0]?.triage.assignee ?? '' },
    { check: () => ({}), send: async (v) => await fromForm(leads, { kind: 'assign', to: v.to === '' ? null : v.to }) },
  );
  const officers = query.data.value?.officers ?? [];
  return (
    <form onSubmit={form.submit} noValidate>
      <ChoiceField
        form={form}
        name="to"
        label={w('assignee')}
        options={[['', w('unassign')] as const, ...officers.map(({ name, displayName }) => [name, displayName] as const)]}
      />
      <FormFoot form={form} submit={w('assign')} />
    </form>
  );
}

function Note({ leads }: { leads: readonly Decidable[] }) {
  const form = useForm(
    { note: '' },
    {
      check: (v) => (v.note.trim() === '' ? { note: t('fieldRequired') } : {}),
      send: async (v) => await fromForm(leads, { kind: 'note', note: v.note.trim() }),
    },
  );
  return (
    <form onSubmit={form.submit} noValidate>
      <AreaField form={form} name="note" label={w('noteLabel')} rows={4} />
      <FormFoot form={form} submit={w('note')} />
    </form>
  );
}

function Snooze({ leads }: { leads: readonly Decidable[] }) {
  const today = isoBeijing(serverNow()).slice(0, 10);
  const form = useForm(
    { until: isoBeijing(serverNow() + 7 * DAY_MS).slice(0, 10) },
    {
      check: (v) => (v.until > today ? {} : { until: w('snoozeLater') }),
      send: async (v) => await fromForm(leads, { kind: 'snooze', until: v.until }),
    },
  );
  return (
    <form onSubmit={form.submit} noValidate>
      <TextField form={form} name="until" label={w('snoozeUntil')} input={{ type: 'date' }} />
      <FormFoot form={form} submit={w('snooze')} />
    </form>
  );
}

const FORMS = { dismiss: Dismiss, assign: Assign, note: Note, snooze: Snooze } as const;

/** The dialog of the deed that asks something. */
export function DeedDialog() {
  const open = asking.value;
  if (!open) return null;
  const Form = FORMS[open.kind];
  return (
    <Modal title={w(`${open.kind}Title`, { n: open.leads.length })} onClose={() => (asking.value = null)}>
      <Form leads={open.leads} />
    </Modal>
  );
}
