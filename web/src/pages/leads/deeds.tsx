import { signal } from '@preact/signals';
import { api, CallError, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/leads.ts';
import { t } from '../../i18n/words/shell.ts';
import { clockTime, isoBeijing } from '../../model/format.ts';
import { OneAtATime } from '../../model/one-at-a-time.ts';
import { sharedDistrict } from '../../model/shared-district.ts';
import { serverNow } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { noteFailure } from '../../state/session.ts';
import { AreaField, ChoiceField, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { toast } from '../../ui/toast.tsx';
import { deedWords, doerOf } from './deed-words.ts';
import type { Deed, Lead } from './leads.ts';

/** What of a lead a deed names. */
export type Decidable = Pick<Lead, 'id' | 'lastDay' | 'triage'> & {
  vehicle: { district: string | null };
};

/** A deed that asks something first. */
export type Asking = 'dismiss' | 'assign' | 'note' | 'snooze';
export const asking = signal<{ kind: Asking; leads: readonly Decidable[] } | null>(null);
/** What was done last about which leads; lists are read anew then. `leaves`: it takes them off the list; `returns`: it brings them back. */
export const decided = signal<{ ids: readonly string[]; leaves: boolean; returns: boolean } | null>(null);

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

/** What a decision names of a lead. */
interface Named {
  id: string;
  version: number;
  throughDay: string;
}

/** Versions that our own decisions made, ahead of a list that is read anew a moment later. */
const versions = new Map<string, number>();
/** The deed that can still be undone. */
let undoable: { leads: readonly Named[]; untilMs: number } | null = null;
/** A second press before the first was answered decides nothing: the list still shows what is being decided. */
const sending = new OneAtATime();

function named(leads: readonly Decidable[]): Named[] {
  return leads.map(({ id, lastDay, triage }) => ({
    id,
    version: Math.max(triage.version, versions.get(id) ?? 0),
    throughDay: lastDay,
  }));
}

const LEAVING: readonly Deed['kind'][] = ['confirm', 'dismiss', 'snooze', 'reopen'];

async function send(leads: readonly Named[], deed: Deed): Promise<void> {
  const answer = await take(api.leads.decisions.$post({ json: { leads: [...leads], deed } }));
  for (const { id, version } of answer.done) versions.set(id, version);
  decided.value = {
    ids: answer.done.map(({ id }) => id),
    leaves: LEAVING.includes(deed.kind),
    returns: deed.kind === 'undo',
  };
  const throughDay = new Map(leads.map((lead) => [lead.id, lead.throughDay]));
  const changed = answer.changed.length > 0 ? ` · ${w('someChanged', { n: answer.changed.length })}` : '';
  const words = `${w('done', { n: answer.done.length, what: w(deed.kind) })}${changed}`;
  if (deed.kind === 'undo') {
    undoable = null;
    toast({ text: words });
    return;
  }
  const again = answer.done.map(({ id, version }) => ({ id, version, throughDay: throughDay.get(id) ?? '' }));
  undoable = { leads: again, untilMs: Date.now() + UNDO_MS };
  toast({ text: words, action: { words: `${w('undo')}  u`, act: undoLast } }, UNDO_MS);
}

/** Takes the last deed back, for ten seconds; false when there is none. While a deed is under way there is none yet: what can be undone is the one before it. */
export function undoLast(): boolean {
  if (undoable === null || Date.now() > undoable.untilMs || sending.running) return false;
  const { leads } = undoable;
  void sending.run(() => act(leads, { kind: 'undo' }));
  return true;
}

/** Says who was faster, with what; nothing was overwritten, and the list is read anew. */
async function tellFaster(leads: readonly Named[]): Promise<void> {
  decided.value = { ids: [], leaves: false, returns: false };
  const [first] = leads;
  if (!first) return;
  const lead = await take(api.leads[':id'].$get({ param: { id: first.id }, query: { lang: language.value } })).catch(() => null);
  const last = lead?.decisions.at(-1);
  toast({
    text: last
      ? w('faster', { who: doerOf(last), time: clockTime(Date.parse(last.at)).slice(0, 5), what: deedWords(last) })
      : w('allChanged'),
  });
}

async function act(leads: readonly Named[], deed: Deed): Promise<void> {
  try {
    await send(leads, deed);
  } catch (error) {
    const failure = noteFailure(error);
    if (failure.code === 'CHANGED') await tellFaster(leads);
    else toast({ text: t('serverSays', { reason: failure.message }) });
  }
}

/** Does something about leads at once: it can be undone for a while. Nothing while another deed is under way. */
export function decide(leads: readonly Decidable[], deed: Deed): void {
  if (leads.length === 0) return;
  void sending.run(() => act(named(leads), deed));
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
    await tellFaster(named(leads));
  }
  asking.value = null;
}

function Dismiss({ leads }: { leads: readonly Decidable[] }) {
  const form = useForm(
    { reason: '', note: '' },
    {
      check: (v) => ({
        ...(v.reason === '' ? { reason: w('reasonNeeded') } : {}),
        ...(v.reason === 'other' && v.note.trim() === '' ? { note: w('noteNeeded') } : {}),
      }),
      send: async (v) => {
        const reason: Reason = REASONS.find((each) => each === v.reason) ?? 'other';
        await fromForm(leads, { kind: 'dismiss', reason, ...(v.note.trim() === '' ? {} : { note: v.note.trim() }) });
      },
    },
  );
  const wrong = form.wrong.value.reason;
  // A digit chooses its reason and sends: one key a decision. In the note digits are digits.
  const digit = (event: KeyboardEvent & { currentTarget: HTMLFormElement }) => {
    const reason = REASONS[Number(event.key) - 1];
    if (reason === undefined || event.target instanceof HTMLTextAreaElement) return;
    event.preventDefault();
    form.set('reason', reason);
    event.currentTarget.requestSubmit();
  };
  return (
    <form onSubmit={form.submit} onKeyDown={digit} noValidate>
      <fieldset class="reasons" aria-describedby={wrong === undefined ? undefined : 'reason-wrong'}>
        <legend>{w('reason')}</legend>
        {REASONS.map((each, i) => (
          <label key={each}>
            <input
              type="radio"
              name="reason"
              value={each}
              checked={form.values.value.reason === each}
              onChange={() => form.set('reason', each)}
            />
            <kbd>{i + 1}</kbd> {w(each)}
          </label>
        ))}
        {wrong !== undefined && (
          <p class="refused" role="alert" id="reason-wrong">
            {wrong}
          </p>
        )}
      </fieldset>
      <AreaField form={form} name="note" label={w('noteLabel')} />
      <FormFoot form={form} submit={w('dismiss')} />
    </form>
  );
}

function Assign({ leads }: { leads: readonly Decidable[] }) {
  const district = sharedDistrict(leads);
  const query = useQuery(`officers ${district ?? ''}`, (abort) =>
    take(api.officers.$get({ query: district === null ? {} : { district } }, { init: { signal: abort } })),
  );
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
