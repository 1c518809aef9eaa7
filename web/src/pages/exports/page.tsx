import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import '../../styles/exports.css';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/exports.ts';
import { t } from '../../i18n/words/shell.ts';
import { beijing, dayTime, formatCount, formatShare, NO_VALUE } from '../../model/format.ts';
import { Page } from '../../shell/page.tsx';
import { now } from '../../state/clock.ts';
import { usePages } from '../../state/pages.ts';
import { useQuery } from '../../state/query.ts';
import { noteFailure } from '../../state/session.ts';
import { CopyLine } from '../../ui/copy-line.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Modal } from '../../ui/modal.tsx';
import { ListFoot } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { ExportForm, sizeOf } from './form.tsx';
import type { Export } from './view.ts';

const LOOK_MS = 2_000;
const PAGE = 100;
const SHORT_HASH = 12;

const time = (iso: string | null) => (iso === null ? NO_VALUE : dayTime(Date.parse(iso), now.value));

/** The days of an export: first and last. */
function daysOf({ from, to }: Export): string {
  const day = (ms: number) => {
    const { year, month, day: of } = beijing(ms);
    return `${year}-${month}-${of}`;
  };
  const first = day(Date.parse(from));
  const last = day(Date.parse(to) - 1);
  return first === last ? first : `${first} … ${last}`;
}

function scopeOf(row: Export): string {
  const parts = [
    ...(row.districts ?? [w('allDistricts')]),
    ...(row.enterprises ?? []),
    ...(row.vehicleIds ? [w('someTrucks', { n: formatCount(row.vehicleIds.length) })] : []),
  ];
  return parts.join(' · ');
}

/** Where a file stands: progress, rows and size, or why there is none. */
function Standing({ row }: { row: Export }) {
  if (row.state === 'running')
    return (
      <>
        <progress value={row.progress} max={1} /> {formatShare(row.progress)}
      </>
    );
  if (row.file === null) return <>{w(row.state)}</>;
  if (!row.file.there) return <span class="quiet">{w('gone')}</span>;
  return (
    <>
      {w('rows', { n: formatCount(row.file.rows) })} · {sizeOf(row.file.bytes)}
    </>
  );
}

/** What is in a file: its conditions and columns with their definitions, and its hash. */
function Detail({ row, close }: { row: Export; close: () => void }) {
  const { file } = row;
  return (
    <Modal title={file?.name ?? w(row.table)} onClose={close} wide>
      <dl class="export-facts">
        <dt>{w('period')}</dt>
        <dd>{daysOf(row)}</dd>
        <dt>{w('scope')}</dt>
        <dd>{scopeOf(row)}</dd>
        <dt>{w('by')}</dt>
        <dd>
          {row.orderedBy ?? w('service')} · {time(row.createdAt)}
        </dd>
        {row.error !== null && (
          <>
            <dt>{w('failed')}</dt>
            <dd class="over" lang="en">
              {row.error}
            </dd>
          </>
        )}
        {file && (
          <>
            <dt>{w('rowsWord')}</dt>
            <dd>
              {formatCount(file.rows)} · {sizeOf(file.bytes)} · {w('until', { time: time(file.expiresAt) })}
            </dd>
          </>
        )}
      </dl>
      {file?.notes.map((note) => (
        <p key={note} class="attention">
          {note}
        </p>
      ))}
      {file && (
        <>
          <p class="quiet small">SHA-256</p>
          <CopyLine text={file.sha256} />
          <div class="export-columns">
            <table class="plain-table">
              <thead>
                <tr>
                  <th scope="col">{w('column')}</th>
                  <th scope="col">{w('unit')}</th>
                  <th scope="col">{w('definition')}</th>
                </tr>
              </thead>
              <tbody>
                {file.columns.map((column) => (
                  <tr key={column.id}>
                    <th scope="row">{column.name}</th>
                    <td>{column.unit || NO_VALUE}</td>
                    <td class="text">{column.definition}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Modal>
  );
}

function columnsOf(deeds: { cancel: (row: Export) => void; remove: (row: Export) => void }): Column<Export>[] {
  return [
    { id: 'id', head: w('number'), class: 'num quiet room-3', cell: (r) => r.id },
    { id: 'what', head: w('what'), naming: true, title: (r) => r.file?.name, cell: (r) => `${w(r.table)} · ${w(r.format)}` },
    { id: 'period', head: w('period'), class: 'num room-2', cell: daysOf },
    { id: 'scope', head: w('scope'), class: 'quiet room-4', title: scopeOf, cell: scopeOf },
    {
      id: 'state',
      head: w('standing'),
      tone: (r) => (r.state === 'failed' ? 'over' : ''),
      title: (r) => r.error ?? undefined,
      cell: (r) => <Standing row={r} />,
    },
    { id: 'by', head: w('by'), class: 'quiet room-3', cell: (r) => r.orderedBy ?? w('service') },
    { id: 'at', head: w('at'), class: 'num quiet room-2', cell: (r) => time(r.createdAt) },
    { id: 'hash', head: 'SHA-256', class: 'mono quiet room-4', cell: (r) => r.file?.sha256.slice(0, SHORT_HASH) ?? NO_VALUE },
    {
      id: 'expires',
      head: w('expires'),
      class: 'num quiet room-3',
      cell: (r) => (r.file?.there ? time(r.file.expiresAt) : NO_VALUE),
    },
    {
      id: 'deeds',
      head: <span class="hidden-words">{t('actions')}</span>,
      class: 'num row-actions',
      cell: (r) =>
        r.state === 'queued' || r.state === 'running' ? (
          <button type="button" class="small" onClick={() => deeds.cancel(r)}>
            {t('cancel')}
          </button>
        ) : r.file?.there ? (
          <>
            <a class="link" href={`/api/v1/exports/${r.id}/file`} download>
              {w('download')}
            </a>{' '}
            <button type="button" class="small" onClick={() => deeds.remove(r)}>
              {w('remove')}
            </button>
          </>
        ) : null,
    },
  ];
}

/** Files of data: what to export, what is under way, what there is. */
export function ExportsPage() {
  const tables = useQuery('export-tables', (signal) => take(api.exports.tables.$get({}, { init: { signal } })));
  const pages = usePages<Export>(
    'exports',
    async (cursor, signal) => {
      const query = { limit: String(PAGE), ...(cursor === null ? {} : { cursor }) };
      const answer = await take(api.exports.$get({ query }, { init: { signal } }));
      return { rows: answer.exports, nextCursor: answer.nextCursor };
    },
    LOOK_MS,
  );
  const open = useSignal<number | null>(null);
  const removing = useSignal<Export | null>(null);
  const does = async (what: Promise<unknown>, done: string) => {
    try {
      await what;
      toast({ text: done });
    } catch (error) {
      toast({ text: t('serverSays', { reason: noteFailure(error).message }) });
    }
    pages.again();
  };
  const cancel = (r: Export) =>
    void does(take(api.exports[':id'].cancel.$post({ param: { id: String(r.id) }, json: {} })), w('cancelledNow', { id: r.id }));
  const remove = (r: Export) => {
    removing.value = null;
    void does(take(api.exports[':id'].$delete({ param: { id: String(r.id) } })), w('removedNow'));
  };
  const columns = useMemo(() => columnsOf({ cancel, remove: (r) => (removing.value = r) }), [language.value]);
  const shown = pages.rows.find((r) => r.id === open.value);
  const keptDays = tables.data.value?.keptDays;
  return (
    <Page title={w('title')} facts={keptDays !== undefined && <span class="quiet">{w('kept', { n: keptDays })}</span>}>
      <section class="section" aria-label={w('form')}>
        <ExportForm tables={tables.data.value} ordered={pages.again} />
      </section>
      <section class="export-list">
        <h2>{w('files')}</h2>
        <DataTable
          label={w('files')}
          columns={columns}
          rows={pages.rows}
          keyOf={(r) => r.id}
          open={(r) => (open.value = r.id)}
          onEnd={pages.readOn}
          foot={<ListFoot pages={pages} empty={<p class="quiet export-none">{w('none')}</p>} />}
        />
      </section>
      {shown && <Detail row={shown} close={() => (open.value = null)} />}
      {removing.value && (
        <Modal title={w('removeTitle')} onClose={() => (removing.value = null)}>
          <p>{w('removeText', { name: removing.value.file?.name ?? '' })}</p>
          <p class="form-foot">
            <button type="button" class="primary" onClick={() => removing.value && remove(removing.value)}>
              {w('remove')}
            </button>
            <button type="button" onClick={() => (removing.value = null)}>
              {t('cancel')}
            </button>
          </p>
        </Modal>
      )}
    </Page>
  );
}
