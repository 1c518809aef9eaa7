import { useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/documents.ts';
import { dayTime } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { ChoiceField, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Read } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { moved } from '../cases/cases.ts';
import { DOCUMENT_KINDS, type DocumentKind, documentName, isNotice } from './kinds.ts';
import '../../styles/documents.css';

type Listed = InferResponseType<(typeof api.cases)[':id']['documents']['$get'], 200>;
/** A document of a case as it is listed. */
export type IssuedDocument = Listed['documents'][number];

function Issue({ caseId, close }: { caseId: string; close: () => void }) {
  const form = useForm(
    { kind: 'repairNotice', workingDays: '15' },
    {
      check: (v) => {
        const days = Number(v.workingDays);
        const fine = !isNotice(v.kind) || (Number.isInteger(days) && days >= 1 && days <= 180);
        return fine ? {} : { workingDays: w('workingDaysRange') };
      },
      send: async (v) => {
        const kind = DOCUMENT_KINDS.find((each) => each === v.kind) ?? 'repairNotice';
        const json = { kind, ...(isNotice(kind) ? { workingDays: Number(v.workingDays) } : {}) };
        const made = await take(api.cases[':id'].documents.$post({ param: { id: caseId }, json }));
        toast({ text: w('issued', { name: `${documentName(made.kind)} ${made.number ?? ''}` }) });
        close();
      },
    },
  );
  return (
    <Modal title={w('issueTitle')} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        <ChoiceField
          form={form}
          name="kind"
          label={w('kind')}
          options={DOCUMENT_KINDS.map((kind) => [kind, documentName(kind)] as const)}
        />
        {isNotice(form.values.value.kind) && (
          <TextField
            form={form}
            name="workingDays"
            label={w('workingDays')}
            unit={w('workingDaysUnit')}
            input={{ type: 'number', min: 1, max: 180, inputMode: 'numeric' }}
          />
        )}
        <p class="quiet small">{w('issueHint')}</p>
        <FormFoot form={form} submit={w('issue')} />
      </form>
    </Modal>
  );
}

function Row({ caseId, document, pdf }: { caseId: string; document: Listed['documents'][number]; pdf: boolean }) {
  const address = (format: 'html' | 'docx' | 'pdf') => `/api/v1/cases/${caseId}/documents/${document.id}/${format}`;
  const page = document.files.find(({ format }) => format === 'html');
  return (
    <li>
      <div>
        <b>{documentName(document.kind as DocumentKind)}</b> {document.number}
        <p class="quiet small">
          {w('issuedBy', { by: document.issuedBy, time: dayTime(Date.parse(document.issuedAt), now.value) })}
          {document.deadline && ` · ${w('deadline', { day: document.deadline })}`}
          {document.packId && ` · ${w('packQuoted', { id: document.packId })}`}
        </p>
        <p class="mono small hash quiet">{page?.sha256}</p>
      </div>
      <span class="row-actions">
        <a class="button" href={address('html')} target="_blank" rel="noopener">
          {w('print')}
        </a>
        <a class="button" href={address('docx')} download>
          {w('word')}
        </a>
        {pdf && (
          <a class="button" href={address('pdf')} download>
            {w('pdf')}
          </a>
        )}
      </span>
    </li>
  );
}

/** Documents of a case: issuing one, printing it, the whole case as a zip. */
export function CaseDocuments({ caseId }: { caseId: string }) {
  const open = useSignal(false);
  const query = useQuery(may('documents.read') ? `documents ${caseId}` : null, (signal) =>
    take(api.cases[':id'].documents.$get({ param: { id: caseId } }, { init: { signal } })),
  );
  if (!may('documents.read')) return null;
  return (
    <section class="section">
      <h2>{w('documents')}</h2>
      <Read query={query}>
        {({ documents, pdf, office }) => (
          <>
            {documents.length === 0 && <p class="quiet">{w('none')}</p>}
            <ul class="document-list">
              {documents.map((each) => (
                <Row key={each.id} caseId={caseId} document={each} pdf={pdf} />
              ))}
            </ul>
            {!pdf && <p class="quiet small">{w('pdfMissing')}</p>}
            {!office && (
              <p class="attention">
                △ {w('officeMissing')}{' '}
                {may('documents.manage') && (
                  <a class="link" href="/documents?tab=office">
                    {w('officeGo')}
                  </a>
                )}
              </p>
            )}
            <p class="form-foot">
              {may('documents.issue') && office && (
                <button type="button" onClick={() => (open.value = true)}>
                  {w('issue')}
                </button>
              )}
              <a class="button" href={`/api/v1/cases/${caseId}/archive`} download title={w('archiveHint')}>
                {w('archive')}
              </a>
            </p>
          </>
        )}
      </Read>
      {open.value && (
        <Issue
          caseId={caseId}
          close={() => {
            open.value = false;
            query.again();
            // The step that records a notice starts with the one that was just issued.
            moved.value += 1;
          }}
        />
      )}
    </section>
  );
}
