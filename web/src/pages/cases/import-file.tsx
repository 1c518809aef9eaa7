import { useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/cases.ts';
import { noteFailure } from '../../state/session.ts';
import { Modal } from '../../ui/modal.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { moved } from './cases.ts';

type Answer = InferResponseType<(typeof api)['case-imports']['$post'], 200>;

/** The bytes of a file in base64, in pieces that the stack of a call bears. */
export async function base64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** What is wrong with which cell. */
export function Faults({ faults }: { faults: Answer['faults'] }) {
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

function Dialog({ close }: { close: () => void }) {
  const file = useSignal<{ name: string; content: string } | null>(null);
  const answer = useSignal<Answer | null>(null);
  const failed = useSignal('');
  const busy = useSignal(false);
  const run = async (mode: 'check' | 'write') => {
    if (file.value === null) return;
    busy.value = true;
    failed.value = '';
    try {
      answer.value = await take(api['case-imports'].$post({ json: { ...file.value, mode } }));
      if (mode === 'write') moved.value += 1;
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
    <Modal title={w('importTitle')} onClose={close} wide>
      <div class="case-form">
        <p class="quiet">
          {w('importText')}{' '}
          <a class="link" href="/api/v1/case-imports/template" download>
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

/** Enters repairs and retests from a file: checked cell by cell first, then written. */
export function ImportFile() {
  const open = useSignal(false);
  return (
    <>
      <button type="button" onClick={() => (open.value = true)}>
        {w('importOpen')}
      </button>
      {open.value && <Dialog close={() => (open.value = false)} />}
    </>
  );
}
