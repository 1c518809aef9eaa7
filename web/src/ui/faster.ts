import { CallError } from '../data/client.ts';
import { t } from '../i18n/words/shell.ts';
import { w as entry } from '../i18n/words/vehicles.ts';
import { rebased } from '../model/rebase.ts';
import type { Form } from './form.tsx';

/** Words for a change that somebody else was faster with: at a field that both wrote, what the other wrote there. */
export function fasterWords(present: () => Readonly<Record<string, string>>) {
  return (code: string, field: string): string | undefined => {
    if (code !== 'CHANGED') return undefined;
    return field === '' ? t('changedElsewhere') : entry('changedTo', { text: present()[field] || entry('unknown') });
  };
}

/** Who may be faster: what the form rests on, and what to do when somebody else wrote meanwhile. */
interface Faster<B, V> {
  /** What the form rests on now. */
  base: B;
  /** Reads the record again after a refusal. */
  read: () => Promise<B>;
  textsOf: (base: B) => V;
}

/**
 * After somebody else was faster: takes the new record together with its texts, so that the next save takes back nothing of theirs, and
 * throws the refusal again, naming the fields that both of them wrote.
 */
export async function restAgain<B, V extends Record<string, string>>(
  error: unknown,
  { base, read, textsOf }: Faster<B, V>,
  form: Form<V>,
): Promise<{ base: B; error: CallError }> {
  if (!(error instanceof CallError) || error.code !== 'CHANGED') throw error;
  const present = await read();
  const { values, clashes } = rebased(textsOf(base), form.values.peek(), textsOf(present));
  form.reset(values);
  const fields = clashes.map((field) => ({ field, reason: textsOf(present)[field] ?? '' }));
  return { base: present, error: new CallError('refused', error.message, error.code, fields) };
}
