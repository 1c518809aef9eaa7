import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/inspections.ts';
import { AreaField, ChoiceField, type Form, TextField, type Wrong } from '../../ui/form.tsx';
import { todayInBeijing } from '../cases/step-form.tsx';
import { type Catalogue, catalogue, type Inspection } from './inspections.ts';

export type Typed = Record<string, string>;
type Item = Catalogue['items'][number];

const items = (): readonly Item[] => catalogue.value?.items ?? [];
/** The field of an item's limit. */
const limitOf = (id: string): string => `${id}.limit`;

/** What a form starts with: an empty record of a kind, or one as it stands. */
export function firstFacts(record: Inspection | null): Typed {
  const knownOf = (id: string) => record?.values.find((each) => each.item === id);
  const first: Typed = {
    kind: record?.kind ?? 'roadside',
    day: record?.day ?? todayInBeijing(),
    time: record?.time ?? '',
    place: record?.place ?? '',
    organisation: record?.organisation ?? '',
    method: record?.method ?? usualMethod('roadside'),
    result: record?.result ?? '',
    reportNo: record?.reportNo ?? '',
    note: record?.note ?? '',
    limitSource: record?.values.find((each) => each.limitSource !== null)?.limitSource ?? '',
  };
  for (const { id } of items()) {
    const known = knownOf(id);
    first[id] = known === undefined ? '' : String(known.value);
    first[limitOf(id)] = record === null ? proposed(id, first.method ?? '') : known?.limit == null ? '' : String(known.limit);
  }
  return first;
}

function usualMethod(kind: string): string {
  return catalogue.value?.kinds.find((each) => each.value === kind)?.method ?? 'other';
}

function limitRow(id: string, method: string) {
  return items()
    .find((each) => each.id === id)
    ?.limits.find(({ methods }) => methods.includes(method));
}

function proposed(id: string, method: string): string {
  const row = limitRow(id, method);
  return row === undefined ? '' : String(row.value);
}

/** The method changes the limits that are proposed, where nothing is measured yet. */
function chooseMethod(form: Form<Typed>, method: string): void {
  form.set('method', method);
  for (const { id } of items()) if (form.values.peek()[id] === '') form.set(limitOf(id), proposed(id, method));
}

function chooseKind(form: Form<Typed>, kind: string): void {
  form.set('kind', kind);
  chooseMethod(form, usualMethod(kind));
}

/** Faults that can be told without asking. */
export function checkFacts(v: Typed): Wrong<Typed> {
  const wrong: Wrong<Typed> = {};
  for (const name of ['day', 'organisation', 'result']) if ((v[name] ?? '').trim() === '') wrong[name] = w('needed');
  for (const { id } of items())
    for (const name of [id, limitOf(id)])
      if ((v[name] ?? '').trim() !== '' && !Number.isFinite(Number(v[name]))) wrong[name] = w('number');
  return wrong;
}

/** Which field of the form a path of the API means. */
export function fieldOf(path: string): string {
  const value = /^body\.values\.(.+)$/.exec(path)?.[1];
  return value ?? path.split('.').at(-1) ?? path;
}

/** What was typed, as the API takes it. */
export function factsOf(v: Typed) {
  const or = (name: string): string | null => (v[name] ?? '').trim() || null;
  const pick = <T extends string>(list: readonly { value: string }[] | undefined, name: string) =>
    list?.find((each) => each.value === v[name])?.value as T | undefined;
  const values = items().flatMap(({ id }) => {
    const [value, limit] = [or(id), or(limitOf(id))];
    if (value === null) return [];
    const ownSource = limitRow(id, v.method ?? '');
    const source = or('limitSource') ?? (limit !== null && ownSource?.value === Number(limit) ? ownSource.source : null);
    return [
      {
        item: id as Inspection['values'][number]['item'] as 'noxPpm',
        value: Number(value),
        limit: limit === null ? null : Number(limit),
        limitSource: limit === null ? null : source,
      },
    ];
  });
  return {
    day: v.day ?? '',
    time: or('time'),
    place: or('place'),
    organisation: or('organisation') ?? '',
    method: pick<Inspection['method']>(catalogue.value?.methods, 'method') ?? ('other' as const),
    values,
    result: pick<Inspection['result']>(catalogue.value?.results, 'result') ?? ('invalid' as const),
    reportNo: or('reportNo'),
    note: or('note'),
  };
}

const options = (list: readonly { value: string; zh: string; en: string }[] | undefined) =>
  (list ?? []).map((each) => [each.value, each[language.value]] as const);

function Values({ form }: { form: Form<Typed> }) {
  return (
    <fieldset class="measured">
      <legend>{w('values')}</legend>
      <p class="quiet small">{w('valuesHint')}</p>
      <div class="measured-grid">
        {items().map((item) => (
          <div key={item.id} class="measured-pair">
            <TextField
              form={form}
              name={item.id}
              label={item[language.value]}
              unit={item.unit}
              input={{ inputMode: 'decimal' }}
            />
            <TextField form={form} name={limitOf(item.id)} label={w('limit')} input={{ inputMode: 'decimal' }} />
          </div>
        ))}
      </div>
      <TextField form={form} name="limitSource" label={w('limitSource')} input={{ maxLength: 200 }} />
    </fieldset>
  );
}

/** The fields of a record. The kind is chosen when it is entered, and stays. */
export function FactsFields({ form, fixed }: { form: Form<Typed>; fixed: boolean }) {
  // A choice that changes others is told here, since the fields themselves only know their own.
  const chosen: Form<Typed> = {
    ...form,
    set: (name, value) =>
      name === 'kind' ? chooseKind(form, value) : name === 'method' ? chooseMethod(form, value) : form.set(name, value),
  };
  return (
    <>
      <div class="field-row">
        {!fixed && <ChoiceField form={chosen} name="kind" label={w('kind')} options={options(catalogue.value?.kinds)} />}
        <TextField form={form} name="day" label={w('day')} input={{ type: 'date', max: todayInBeijing() }} />
        <TextField form={form} name="time" label={w('time')} hint={w('timeHint')} input={{ type: 'time' }} />
        <TextField
          form={form}
          name="organisation"
          label={w('organisation')}
          hint={w('organisationHint')}
          input={{ maxLength: 100 }}
        />
        <TextField form={form} name="place" label={w('place')} input={{ maxLength: 200 }} />
        <ChoiceField form={chosen} name="method" label={w('method')} options={options(catalogue.value?.methods)} />
        <ChoiceField
          form={form}
          name="result"
          label={w('result')}
          options={[['', w('choose')], ...options(catalogue.value?.results)]}
        />
        <TextField form={form} name="reportNo" label={w('reportNo')} input={{ maxLength: 60 }} />
      </div>
      <Values form={form} />
      <AreaField form={form} name="note" label={w('note')} rows={2} />
    </>
  );
}
