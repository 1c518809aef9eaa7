import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/cases.ts';
import { noteFailure } from '../../state/session.ts';
import { Modal } from '../../ui/modal.tsx';
import { Scroll } from '../../ui/scroll.tsx';

/** What the service answers about a file of records. */
export interface ImportAnswer {
  rows: number;
  ready: number;
  written: number;
  columnsLeftOut: { column: string; head: string }[];
  faults: { row: number; column: string; zh: string; en: string }[];
}

interface Props<A extends ImportAnswer> {
  title: string;
  text: string;
  /** Address of an empty file. */
  template: string;
  send: (order: { name: string; content: string; mode: 'check' | 'write' }) => Promise<A>;
  /** Told when rows were written. */
  written: () => void;
  /** What else there is to say about an answer. */
  more?: (answer: A) => ComponentChildren;
}

/** Most things of a kind that are named before "and more". */
export const MOST_NAMED = 12;

/** The bytes of a file in base64, in pieces that the stack of a call bears. */
async function base64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** What is wrong with which cell. */
function Faults({ faults }: Pick<ImportAnswer, 'faults'>) {
  if (faults.length === 0) return null;
  return (
    <Scroll across>
      <table class="plain-table">
        <thead>
          <tr>
            <th scope="col" class="num">
              {w('importRow')}
            </th>
            <th scope="col">{w('importColumn')}</th>
            <th scope="col">{w('importWrong')}</th>
          </tr>
        </thead>
        <tbody>
          {faults.slice(0, 200).map((each, i) => (
            <tr key={i}>
              <td class="num">{each.row}</td>
              <td>{each.column}</td>
              <td class="text over">{each[language.value]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Columns of the file that fill nothing, by their letters and heads. */
function ColumnsLeftOut({ columnsLeftOut: columns }: Pick<ImportAnswer, 'columnsLeftOut'>) {
  if (columns.length === 0) return null;
  const named = columns.slice(0, MOST_NAMED).map(({ column, head }) => `${column} ${head === '' ? w('importNoHead') : head}`);
  return (
    <p class="attention">
      {w('importColumnsLeftOut', {
        n: columns.length,
        columns: named.join(', ') + (columns.length > MOST_NAMED ? ` ${w('importMore')}` : ''),
      })}
    </p>
  );
}

function Dialog<A extends ImportAnswer>({ title, text, template, send, written, more, close }: Props<A> & { close: () => void }) {
  const file = useSignal<{ name: string; content: string } | null>(null);
  const answer = useSignal<A | null>(null);
  const failed = useSignal('');
  const busy = useSignal(false);
  const run = async (mode: 'check' | 'write') => {
    if (file.value === null) return;
    busy.value = true;
    failed.value = '';
    try {
      answer.value = await send({ ...file.value, mode });
      if (mode === 'write') written();
    } catch (error) {
      failed.value = noteFailure(error).message;
    }
    busy.value = false;
  };
  const choose = async (input: HTMLInputElement) => {
    const [one] = input.files ?? [];
    answer.value = null;
    file.value = one ? { name: one.name, content: await base64(one) } : null;
    await run('check');
  };
  const found = answer.value;
  return (
    <Modal title={title} onClose={close} wide>
      <div class="case-form">
        <p class="quiet">
          {text}{' '}
          <a class="link" href={template} download>
            {w('importTemplate')}
          </a>
        </p>
        <label class="file-field">
          <span>{w('importFile')}</span>
          <input type="file" accept=".xlsx,.csv" disabled={busy.value} onChange={(event) => void choose(event.currentTarget)} />
        </label>
        {failed.value !== '' && (
          <p class="refused" role="alert">
            {w('importFailed', { reason: failed.value })}
          </p>
        )}
        {found && (
          <p>
            {w(found.written > 0 ? 'importWritten' : 'importChecked', {
              rows: found.rows,
              ready: found.ready,
              written: found.written,
            })}
          </p>
        )}
        {found && <ColumnsLeftOut columnsLeftOut={found.columnsLeftOut} />}
        {found && more?.(found)}
        {found && <Faults faults={found.faults} />}
        <p class="form-foot">
          <button
            type="button"
            class="primary"
            disabled={busy.value || !found || found.ready === 0 || found.written > 0}
            onClick={() => void run('write')}
          >
            {w('importWrite', { n: found?.ready ?? 0 })}
          </button>
          <button type="button" onClick={close}>
            {w('close')}
          </button>
        </p>
      </div>
    </Modal>
  );
}

/** A button, and behind it the dialog in which records are entered from a file: checked cell by cell first, then written. */
export function ImportFromFile<A extends ImportAnswer>({ open: words, ...props }: Props<A> & { open: string }) {
  const open = useSignal(false);
  return (
    <>
      <button type="button" onClick={() => (open.value = true)}>
        {words}
      </button>
      {open.value && <Dialog {...props} close={() => (open.value = false)} />}
    </>
  );
}
