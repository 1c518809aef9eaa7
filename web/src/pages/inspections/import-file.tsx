import { useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { w as shared } from '../../i18n/words/cases.ts';
import { w } from '../../i18n/words/inspections.ts';
import { noteFailure } from '../../state/session.ts';
import { Modal } from '../../ui/modal.tsx';
import { base64, Faults } from '../cases/import-file.tsx';
import { moved } from './inspections.ts';

type Answer = InferResponseType<(typeof api)['inspection-imports']['$post'], 200>;
const MOST_NAMED = 12;

function LeftOut({ answer }: { answer: Answer }) {
  const trucks = [...new Set(answer.leftOut.map((each) => each.truck))];
  if (trucks.length === 0) return null;
  const named = trucks.slice(0, MOST_NAMED).join(', ') + (trucks.length > MOST_NAMED ? ` ${w('importMore')}` : '');
  return <p class="quiet">{w('importLeftOut', { n: answer.leftOut.length, trucks: named })}</p>;
}

/** Columns of the file that fill nothing, by their letters and heads. */
function ColumnsLeftOut({ answer }: { answer: Answer }) {
  const columns = answer.columnsLeftOut;
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
      answer.value = await take(api['inspection-imports'].$post({ json: { ...file.value, mode } }));
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
          <a class="link" href="/api/v1/inspection-imports/template" download>
            {w('importTemplate')}
          </a>
        </p>
        <label class="file-field">
          <span>{shared('importFile')}</span>
          <input type="file" accept=".xlsx,.csv" disabled={busy.value} onChange={(event) => void choose(event.currentTarget)} />
        </label>
        {failed.value !== '' && (
          <p class="refused" role="alert">
            {shared('importFailed', { reason: failed.value })}
          </p>
        )}
        {found && (
          <p>
            {shared(found.written > 0 ? 'importWritten' : 'importChecked', {
              rows: found.rows,
              ready: found.ready,
              written: found.written,
            })}
          </p>
        )}
        {found && <ColumnsLeftOut answer={found} />}
        {found && <LeftOut answer={found} />}
        {found && <Faults faults={found.faults} />}
        <p class="form-foot">
          <button
            type="button"
            class="primary"
            disabled={busy.value || !found || found.ready === 0 || found.written > 0}
            onClick={() => void run('write')}
          >
            {shared('importWrite', { n: found?.ready ?? 0 })}
          </button>
          <button type="button" onClick={close}>
            {w('close')}
          </button>
        </p>
      </div>
    </Modal>
  );
}

/** Enters inspections from a file: checked cell by cell first, then written. */
export function ImportInspections() {
  const open = useSignal(false);
  return (
    <>
      <button type="button" onClick={() => (open.value = true)}>
        {w('import')}
      </button>
      {open.value && <Dialog close={() => (open.value = false)} />}
    </>
  );
}
