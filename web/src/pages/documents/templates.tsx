import { useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/documents.ts';
import { t } from '../../i18n/words/shell.ts';
import { dayTime } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import type { PageView } from '../../state/place.ts';
import { useQuery } from '../../state/query.ts';
import { may, noteFailure } from '../../state/session.ts';
import { AreaField, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { Read } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { DOCUMENT_KINDS, type DocumentKind, documentName } from './kinds.ts';

type Template = InferResponseType<typeof api.documents.templates.$get, 200>['templates'][number];
type Shown = InferResponseType<typeof api.documents.preview.$post, 200>;

/** A document as the page draws it, for previews. */
function Sheet({ shown, close }: { shown: Shown; close: () => void }) {
  return (
    <Modal title={w('previewTitle')} onClose={close} wide>
      <article class="document-paper" lang="zh-CN">
        {shown.blocks.map((block, i) => {
          const key = `${i}`;
          if (block.kind === 'title') return <h3 key={key}>{block.text}</h3>;
          if (block.kind === 'heading') return <h4 key={key}>{block.text}</h4>;
          if (block.kind === 'paragraph')
            return (
              <p key={key} class={block.align === 'right' ? 'right' : ''}>
                {block.text}
              </p>
            );
          const { head, rows } = block.table;
          return (
            <table key={key}>
              {head && (
                <thead>
                  <tr>
                    {head.map((cell) => (
                      <th key={cell} scope="col">
                        {cell}
                      </th>
                    ))}
                  </tr>
                </thead>
              )}
              <tbody>
                {rows.map((row, at) => (
                  <tr key={`${at}`}>
                    {row.map((cell, column) => (
                      <td key={`${column}`}>{cell}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          );
        })}
        <footer>
          {shown.foot.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </footer>
      </article>
    </Modal>
  );
}

function Editor({ template, changed }: { template: Template; changed: () => void }) {
  const newest = template.versions[0];
  const shown = useSignal<Shown | null>(null);
  const form = useForm(
    { body: newest?.body ?? template.builtIn, note: '', caseId: '' },
    {
      check: (v) => (v.note.trim() === '' ? { note: t('fieldRequired') } : {}),
      send: async (v) => {
        const json = { kind: template.kind, seen: newest?.version ?? 0, body: v.body, note: v.note.trim() };
        const { version } = await take(api.documents.templates.$post({ query: { lang: language.value }, json }));
        toast({ text: w('saved', { n: version }) });
        changed();
      },
      wordsOf: (code) => (code === 'CHANGED' ? t('changedElsewhere') : undefined),
      plain: true,
    },
  );
  const preview = async () => {
    const { body, caseId } = form.values.peek();
    const json = { kind: template.kind, body, ...(/^[1-9]\d*$/.test(caseId.trim()) ? { caseId: Number(caseId) } : {}) };
    try {
      form.wrong.value = {};
      shown.value = await take(api.documents.preview.$post({ query: { lang: language.value }, json }));
    } catch (error) {
      form.wrong.value = { body: noteFailure(error).message };
    }
  };
  const versions = [...template.versions, null];
  return (
    <div class="template-editor">
      <form class="section" onSubmit={form.submit} noValidate>
        <AreaField form={form} name="body" label={w('body')} hint={w('bodyHint')} rows={26} />
        <div class="field-row">
          <TextField form={form} name="note" label={w('note')} input={{ maxLength: 300 }} />
          {may('documents.read') && <TextField form={form} name="caseId" label={w('previewCase')} hint={w('previewCaseHint')} />}
        </div>
        <FormFoot form={form} submit={w('saveVersion')}>
          <button type="button" onClick={() => void preview()}>
            {w('preview')}
          </button>
        </FormFoot>
      </form>
      <aside>
        <section class="section">
          <h2>{w('versions')}</h2>
          <ul class="document-list">
            {versions.map((each, i) => (
              <li key={each?.version ?? 0}>
                <div>
                  <b>{w('version', { n: each?.version ?? 0 })}</b> {i === 0 && <span class="tag">{w('inForce')}</span>}
                  <p class="quiet small">
                    {each === null
                      ? w('builtIn')
                      : `${w('recordedBy', { by: each.recordedBy, time: dayTime(Date.parse(each.recordedAt), now.value) })} · ${each.note}`}
                  </p>
                </div>
                <button type="button" class="small" onClick={() => form.set('body', each?.body ?? template.builtIn)}>
                  {w('useThis')}
                </button>
              </li>
            ))}
          </ul>
        </section>
        <section class="section">
          <h2>{w('fields')}</h2>
          <dl class="field-names">
            {template.fields.map((each) => (
              <div key={each.name}>
                <dt class="mono">{`{{${each.name}}}`}</dt>
                <dd>
                  {each.words[language.value]}
                  {each.table && <span class="tag">{w('fieldTable')}</span>}
                  {each.required && <span class="tag">{w('fieldRequired')}</span>}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      </aside>
      {shown.value && <Sheet shown={shown.value} close={() => (shown.value = null)} />}
    </div>
  );
}

/** Templates of documents with their versions. */
export function Templates({ view }: { view: PageView<{ tab: 'templates' | 'office'; kind: DocumentKind }> }) {
  const { kind } = view.value;
  const query = useQuery('document templates', (signal) => take(api.documents.templates.$get({}, { init: { signal } })));
  return (
    <>
      <div class="filters">
        <nav class="counts">
          {DOCUMENT_KINDS.map((each) => (
            <a key={each} href={`/documents${view.query({ kind: each })}`} aria-current={kind === each ? 'page' : undefined}>
              {documentName(each)}
            </a>
          ))}
        </nav>
      </div>
      <Scroll>
        <Read query={query}>
          {({ templates }) => {
            const template = templates.find((each) => each.kind === kind);
            return template ? (
              <Editor key={`${kind} ${template.versions[0]?.version ?? 0}`} template={template} changed={query.again} />
            ) : null;
          }}
        </Read>
      </Scroll>
    </>
  );
}
