import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, CallError, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/cases.ts';
import { isoBeijing } from '../../model/format.ts';
import { serverNow } from '../../state/clock.ts';
import { AreaField, ChoiceField, type Form, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { toast } from '../../ui/toast.tsx';
import { type FieldRow, moved, rowOf, type StepKind, type StepRow, said, unitOf } from './cases.ts';

type Values = Record<string, string>;
type Value = string | number | boolean | Record<string, unknown> | null;
type Option = readonly [value: string, words: string];

const LONG_TEXT = 200;

/** Today in Beijing. */
export function todayInBeijing(): string {
  return isoBeijing(serverNow()).slice(0, 10);
}

/** What was typed into a field, as the API takes it. */
function typedValue(field: FieldRow, typed: string): Value {
  if (typed.trim() === '') return null;
  switch (field.kind) {
    case 'count':
    case 'number':
    case 'mStation':
    case 'iStation':
      return Number(typed);
    case 'flag':
      return typed === 'yes';
    default:
      return typed.trim();
  }
}

/** A step as the API takes it, of what was typed. */
export function stepOf(row: StepRow, typed: Values) {
  const values = Object.fromEntries(row.fields.map((field) => [field.name, typedValue(field, typed[`v.${field.name}`] ?? '')]));
  return {
    kind: row.kind as Exclude<StepKind, 'attach' | 'roadCheck'>,
    day: typed.day ?? '',
    values: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)),
    note: typed.note?.trim() ? typed.note.trim() : null,
  };
}

/** Where a path of the API stands in the form. */
export function fieldOf(path: string): string {
  const inside = path.replace(/^body\.step\./, '');
  return inside.startsWith('values.') ? inside.replace('values.', 'v.') : inside;
}

/** Names of stations and officers that a step's fields choose from. */
function useOptions(row: StepRow): Readonly<Record<string, readonly Option[]>> {
  const options = useSignal<Readonly<Record<string, readonly Option[]>>>({});
  useEffect(() => {
    const kinds = new Set(row.fields.map(({ kind }) => kind));
    const read = async () => {
      const found: Record<string, readonly Option[]> = {};
      if (kinds.has('mStation') || kinds.has('iStation')) {
        const { stations } = await take(api.stations.$get());
        const of = (kind: 'M' | 'I') =>
          stations
            .filter((each) => each.kind === kind && each.retiredAt === null)
            .map((each) => [String(each.id), each.name] as const);
        found.mStation = of('M');
        found.iStation = of('I');
      }
      if (kinds.has('officer')) {
        const { officers } = await take(api.officers.$get({ query: {} }));
        found.officer = officers.map((each) => [each.name, each.displayName] as const);
      }
      options.value = found;
    };
    // Who cannot read them sees an empty choice, and the banner says why.
    read().catch(() => undefined);
  }, [row.kind]);
  return options.value;
}

function OneField({ form, field, options }: { form: Form<Values>; field: FieldRow; options: readonly Option[] }) {
  const common = { form, name: `v.${field.name}`, label: said(field) + (field.required ? '' : ` ${w('optional')}`) };
  const unit = unitOf(field);
  const more = unit === null ? {} : { unit };
  switch (field.kind) {
    case 'choice':
      return (
        <ChoiceField
          {...common}
          options={[['', w('choose')], ...(field.choices ?? []).map((each) => [each.value, said(each)] as const)]}
        />
      );
    case 'flag':
      return (
        <ChoiceField
          {...common}
          options={[
            ['', w('choose')],
            ['yes', w('yes')],
            ['no', w('no')],
          ]}
        />
      );
    case 'mStation':
    case 'iStation':
      return (
        <ChoiceField
          {...common}
          options={[['', options.length === 0 ? w('noStations') : w('choose')], ...options]}
          hint={options.length === 0 ? w('addStation') : w('station')}
        />
      );
    case 'officer':
      return <ChoiceField {...common} options={[['', w('nobody')], ...options]} />;
    case 'day':
    case 'later':
      return <TextField {...common} input={{ type: 'date' }} />;
    case 'count':
    case 'number':
      return <TextField {...common} {...more} input={{ inputMode: 'decimal' }} />;
    default:
      return (field.max ?? 0) > LONG_TEXT ? (
        <AreaField {...common} rows={3} />
      ) : (
        <TextField {...common} {...more} input={{ maxLength: field.max ?? 500 }} />
      );
  }
}

/** What a form starts with. */
export function firstValues(row: StepRow, known: Values = {}): Values {
  return {
    day: todayInBeijing(),
    ...Object.fromEntries(row.fields.map((field) => [`v.${field.name}`, known[field.name] ?? ''])),
    note: '',
  };
}

/** The fields of a step: its day, its own, a note. */
export function StepFields({ form, row }: { form: Form<Values>; row: StepRow }) {
  const options = useOptions(row);
  return (
    <>
      <div class="field-row">
        <TextField form={form} name="day" label={w('day')} input={{ type: 'date', max: todayInBeijing() }} />
        {row.fields
          .filter(({ kind }) => kind !== 'figures')
          .map((field) => (
            <OneField key={field.name} form={form} field={field} options={options[field.kind] ?? []} />
          ))}
      </div>
      <AreaField form={form} name="note" label={row.kind === 'note' ? w('noteNeeded') : w('note')} rows={2} />
    </>
  );
}

/** Sends the files of a step; answers those that were refused, with the reason. */
async function attach(caseId: number, seq: number, files: readonly File[]): Promise<string[]> {
  const refused: string[] = [];
  for (const file of files) {
    const query = new URLSearchParams({ step: String(seq), name: file.name });
    const response = await fetch(`/api/v1/cases/${caseId}/files?${query}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: file,
    });
    if (!response.ok) refused.push(file.name);
  }
  return refused;
}

/** The form of one step of one case. */
export function StepForm({
  caseId,
  version,
  kind,
  known,
  done,
  cancel,
}: {
  caseId: number;
  version: number;
  kind: StepKind;
  known?: Values;
  done: () => void;
  cancel: () => void;
}) {
  const row = rowOf(kind);
  const files = useSignal<readonly File[]>([]);
  const form = useForm<Values>(row ? firstValues(row, known) : {}, {
    check: () => ({}),
    send: async (typed) => {
      if (!row) return;
      try {
        const taken = await take(
          api.cases[':id'].steps.$post({
            param: { id: String(caseId) },
            query: { lang: language.peek() },
            json: { version, step: stepOf(row, typed) },
          }),
        );
        const refused = await attach(caseId, taken.version, files.peek());
        if (refused.length > 0) toast({ text: w('filesRefused', { names: refused.join(', ') }) });
        toast({ text: w('taken', { step: said(row) }) });
        moved.value += 1;
        done();
      } catch (error) {
        // What the other did is on the page once it is read anew; what was typed stays.
        if (error instanceof CallError && error.code === 'CHANGED') moved.value += 1;
        throw error;
      }
    },
    fieldOf,
    plain: true,
    wordsOf: (code) => (code === 'CHANGED' ? w('changed') : undefined),
  });
  // What became known while the form is open fills what is still empty.
  useEffect(() => {
    for (const [name, value] of Object.entries(known ?? {}))
      if (form.values.peek()[`v.${name}`] === '' && value !== '') form.set(`v.${name}`, value);
  }, [JSON.stringify(known)]);
  if (!row) return null;
  return (
    <form class="case-form" onSubmit={form.submit} noValidate aria-label={said(row)}>
      <h3>{said(row)}</h3>
      <StepFields form={form} row={row} />
      <label class="file-field">
        <span>{w('attachments')}</span>
        <input
          type="file"
          multiple
          accept=".pdf,.jpg,.jpeg,.png,.webp,.mp4,.docx,.xlsx,.zip"
          onChange={(event) => (files.value = [...(event.currentTarget.files ?? [])])}
        />
        <span class="quiet small">{w('attachmentsHint')}</span>
      </label>
      <FormFoot form={form} submit={said(row)}>
        <button type="button" onClick={cancel}>
          {w('cancel')}
        </button>
      </FormFoot>
    </form>
  );
}
