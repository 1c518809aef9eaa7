import { type Signal, signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useId, useMemo, useRef } from 'preact/hooks';
import { t } from '../i18n/words/shell.ts';
import { noteFailure } from '../state/session.ts';
import { FormFault } from './form-fault.ts';

/** What is wrong, by field; '' holds what belongs to no field. */
export type Wrong<V> = Partial<Record<keyof V & string, string>> & { ''?: string };

/** A form: what was typed stays until it was taken, and each fault stands at its field. */
export interface Form<V extends Record<string, string>> {
  readonly values: Signal<V>;
  readonly wrong: Signal<Wrong<V>>;
  readonly busy: Signal<boolean>;
  set(name: keyof V & string, value: string): void;
  /** Starts anew with these values. */
  reset(values: V): void;
  /** Handles the submit event of the `<form>`. */
  submit(event: Event): void;
}

/** How a form checks and sends what was typed. */
export interface FormWork<V> {
  /** Faults that can be told without asking; the service refuses the same. */
  check: (values: V) => Wrong<V>;
  /** Sends the values. A CallError that it throws is shown, at the field where `fieldOf` knows one. */
  send: (values: V) => Promise<void>;
  /** Which field a path of the API (`body.parameters.ratedPowerKw`) means; by default its last part. */
  fieldOf?: (path: string) => string;
  /** Whether a refusal's sentence is already in the language of the page. */
  plain?: boolean;
  /** Words for a refusal that the API names by a code; undefined: that somebody was faster where it was that, else its own sentence. */
  wordsOf?: (code: string, field: string) => string | undefined;
}

function lastPart(path: string): string {
  return path.split('.').at(-1) ?? path;
}

/** A form over these fields. */
export function useForm<V extends Record<string, string>>(first: V, work: FormWork<V>): Form<V> {
  const latest = useRef(work);
  latest.current = work;
  return useMemo(() => {
    const values = signal(first);
    const wrong = signal<Wrong<V>>({});
    const busy = signal(false);
    const known = (name: string): name is keyof V & string => Object.hasOwn(values.peek(), name);

    const refused = (error: unknown): Wrong<V> => {
      if (error instanceof FormFault && known(error.field)) return { [error.field]: error.message } as Wrong<V>;
      const failure = noteFailure(error);
      const { fieldOf = lastPart, wordsOf, plain = false } = latest.current;
      const told = (field: string) =>
        wordsOf?.(failure.code, field) ?? (failure.code === 'CHANGED' ? t('changedElsewhere') : undefined);
      const faults: Wrong<V> = {};
      for (const { field, reason } of failure.fields) {
        const name = fieldOf(field);
        const words = told(name) ?? (plain ? reason : t('serverSays', { reason }));
        if (known(name)) Object.assign(faults, { [name]: words });
        else faults[''] = words;
      }
      if (Object.keys(faults).length === 0)
        faults[''] = told('') ?? (plain ? failure.message : t('serverSays', { reason: failure.message }));
      return faults;
    };

    const run = async (form: HTMLFormElement | null) => {
      wrong.value = latest.current.check(values.peek());
      if (Object.keys(wrong.peek()).length === 0) {
        busy.value = true;
        try {
          await latest.current.send(values.peek());
        } catch (error) {
          wrong.value = refused(error);
        }
        busy.value = false;
      }
      // The first field that is wrong gets the cursor, once its words are on the page.
      const name = Object.keys(values.peek()).find((each) => Object.hasOwn(wrong.peek(), each));
      const field = name === undefined ? null : form?.elements.namedItem(name);
      if (field instanceof HTMLElement) setTimeout(() => field.focus());
    };

    return {
      values,
      wrong,
      busy,
      set: (name, value) => {
        values.value = { ...values.peek(), [name]: value };
        if (wrong.peek()[name] !== undefined) {
          const { [name]: _gone, ...rest } = wrong.peek();
          wrong.value = rest as Wrong<V>;
        }
      },
      reset: (next) => {
        values.value = next;
        wrong.value = {};
      },
      submit: (event) => {
        event.preventDefault();
        if (!busy.peek()) void run(event.currentTarget instanceof HTMLFormElement ? event.currentTarget : null);
      },
    };
  }, []);
}

interface FieldProps<V extends Record<string, string>> {
  form: Form<V>;
  name: keyof V & string;
  label: string;
  unit?: string;
  hint?: string;
}

function Around<V extends Record<string, string>>({
  form,
  name,
  label,
  unit,
  hint,
  id,
  children,
}: FieldProps<V> & { id: string; children: ComponentChildren }) {
  const fault = form.wrong.value[name];
  return (
    <div class={fault === undefined ? 'field' : 'field wrong'}>
      <label for={id}>
        {label}
        {unit && <span class="unit"> {unit}</span>}
      </label>
      {children}
      {(fault ?? hint) && (
        <p class={fault === undefined ? 'quiet' : 'refused'} id={`${id}-says`} role={fault === undefined ? undefined : 'alert'}>
          {fault ?? hint}
        </p>
      )}
    </div>
  );
}

function common<V extends Record<string, string>>({ form, name, hint }: FieldProps<V>, id: string) {
  const fault = form.wrong.value[name];
  return {
    id,
    name,
    value: form.values.value[name] ?? '',
    'aria-invalid': fault !== undefined,
    'aria-describedby': fault !== undefined || hint !== undefined ? `${id}-says` : undefined,
  };
}

/** A line of text, a number, a date. */
export function TextField<V extends Record<string, string>>({
  input = {},
  ...props
}: FieldProps<V> & { input?: JSX.IntrinsicElements['input'] }) {
  const id = useId();
  return (
    <Around {...props} id={id}>
      <input
        autocomplete="off"
        spellcheck={false}
        {...input}
        {...common(props, id)}
        onInput={(event) => props.form.set(props.name, event.currentTarget.value)}
      />
    </Around>
  );
}

/** Several lines of text. */
export function AreaField<V extends Record<string, string>>({ rows = 3, ...props }: FieldProps<V> & { rows?: number }) {
  const id = useId();
  return (
    <Around {...props} id={id}>
      <textarea rows={rows} {...common(props, id)} onInput={(event) => props.form.set(props.name, event.currentTarget.value)} />
    </Around>
  );
}

/** One of several. */
export function ChoiceField<V extends Record<string, string>>({
  options,
  ...props
}: FieldProps<V> & { options: readonly (readonly [value: string, words: string])[] }) {
  const id = useId();
  return (
    <Around {...props} id={id}>
      <select {...common(props, id)} onChange={(event) => props.form.set(props.name, event.currentTarget.value)}>
        {options.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </Around>
  );
}

/** What belongs to no field, and the button that sends. */
export function FormFoot<V extends Record<string, string>>({
  form,
  submit,
  children,
}: {
  form: Form<V>;
  submit: string;
  children?: ComponentChildren;
}) {
  const fault = form.wrong.value[''];
  return (
    <>
      {fault !== undefined && (
        <p class="refused" role="alert">
          {fault}
        </p>
      )}
      <p class="form-foot">
        <button type="submit" class="primary" disabled={form.busy.value}>
          {submit}
        </button>
        {children}
      </p>
    </>
  );
}
