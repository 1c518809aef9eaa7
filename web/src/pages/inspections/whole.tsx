import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/inspections.ts';
import { t } from '../../i18n/words/shell.ts';
import { dayTime, formatCount, formatValue, NO_VALUE } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { Page } from '../../shell/page.tsx';
import { now } from '../../state/clock.ts';
import { useKeys } from '../../state/keys.ts';
import { go } from '../../state/place.ts';
import { useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { AreaField, ChoiceField, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Empty, Failed, Waiting } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { said, typesNow } from '../cases/cases.ts';
import { checkFacts, FactsFields, factsOf, fieldOf, firstFacts, type Typed } from './facts-form.tsx';
import { FINDINGS, type Inspection, type InspectionWhole, moved, view, wordOf } from './inspections.ts';
import { Judgement } from './marks.tsx';

const LOOK_MS = 60_000;

function CorrectDialog({ record, close }: { record: Inspection; close: () => void }) {
  const form = useForm<Typed>(
    { ...firstFacts(record), voided: record.voided ? 'yes' : 'no', reason: '' },
    {
      plain: true,
      fieldOf,
      check: (v) => ({ ...checkFacts(v), ...((v.reason ?? '').trim() === '' ? { reason: w('needed') } : {}) }),
      send: async (v) => {
        await take(
          api.inspections[':id'].$put({
            param: { id: String(record.id) },
            query: { lang: language.peek() },
            json: {
              version: record.version,
              reason: (v.reason ?? '').trim(),
              voided: v.voided === 'yes',
              ...factsOf(v),
            },
          }),
        );
        toast({ text: w('saved') });
        moved.value += 1;
        close();
      },
      wordsOf: (code) => (code === 'EXISTS' ? w('there') : code === 'CHANGED' ? w('changed') : undefined),
    },
  );
  return (
    <Modal title={w('correctTitle', { n: record.id })} onClose={close} wide>
      <form onSubmit={form.submit} noValidate class="case-form">
        <FactsFields form={form} fixed />
        <div class="field-row">
          <TextField form={form} name="reason" label={w('reason')} hint={w('reasonHint')} input={{ maxLength: 500 }} />
          <ChoiceField
            form={form}
            name="voided"
            label={w('voidTitle')}
            options={[
              ['no', NO_VALUE],
              ['yes', w('void')],
            ]}
          />
        </div>
        <FormFoot form={form} submit={w('save')}>
          <button type="button" onClick={close}>
            {w('cancel')}
          </button>
        </FormFoot>
      </form>
    </Modal>
  );
}

function CaseDialog({ record, close }: { record: Inspection; close: () => void }) {
  const form = useForm(
    { type: 'overLimit', note: '' },
    {
      check: () => ({}),
      send: async (v) => {
        const type = typesNow().find((each) => each.value === v.type)?.value as 'overLimit' | undefined;
        const note = v.note.trim();
        const { results } = await take(
          api.cases.$post({
            json: {
              from: 'inspection',
              inspection: record.id,
              type: type ?? 'overLimit',
              ...(note === '' ? {} : { note }),
            },
          }),
        );
        const id = results[0]?.case?.id;
        moved.value += 1;
        close();
        if (id !== undefined) go(pathOf('cases', id));
      },
      wordsOf: (code, field) => (code === 'EXISTS' && field === 'type' ? w('caseExists') : undefined),
    },
  );
  return (
    <Modal title={w('openCaseTitle', { n: record.id })} onClose={close}>
      <form onSubmit={form.submit} noValidate class="case-form">
        <ChoiceField
          form={form}
          name="type"
          label={w('caseType')}
          options={typesNow().map((each) => [each.value, said(each)] as const)}
        />
        <AreaField form={form} name="note" label={w('caseNote')} />
        <FormFoot form={form} submit={w('openCase')}>
          <button type="button" onClick={close}>
            {w('cancel')}
          </button>
        </FormFoot>
      </form>
    </Modal>
  );
}

function Facts({ record }: { record: Inspection }) {
  const rows: readonly (readonly [string, string | null])[] = [
    [w('kind'), wordOf('kinds', record.kind)],
    [w('day'), `${record.day}${record.time ? ` ${record.time}` : ''}`],
    [w('organisation'), record.organisation],
    [w('place'), record.place],
    [w('method'), wordOf('methods', record.method)],
    [w('result'), wordOf('results', record.result)],
    [w('reportNo'), record.reportNo],
  ];
  return (
    <section class="section">
      <h2>{w('facts')}</h2>
      <dl class="facts-list">
        {rows.map(([name, text]) => (
          <>
            <dt>{name}</dt>
            <dd class={text === null ? 'quiet' : ''}>{text ?? NO_VALUE}</dd>
          </>
        ))}
      </dl>
      {record.note && <p class="note">{record.note}</p>}
    </section>
  );
}

function Values({ record }: { record: Inspection }) {
  return (
    <section class="section">
      <h2>{w('values')}</h2>
      {record.values.length === 0 && <p class="quiet">{w('noValues')}</p>}
      {record.values.length > 0 && (
        <div class="wide-table">
          <table class="plain-table">
            <thead>
              <tr>
                <th scope="col">{w('item')}</th>
                <th scope="col" class="num">
                  {w('value')}
                </th>
                <th scope="col" class="num">
                  {w('limit')}
                </th>
                <th scope="col">{w('judgement')}</th>
                <th scope="col">{w('limitSource')}</th>
              </tr>
            </thead>
            <tbody>
              {record.values.map((each) => (
                <tr key={each.item}>
                  <th scope="row">
                    {each[language.value]} {each.unit && <span class="unit">{each.unit}</span>}
                  </th>
                  <td class="num">{formatValue(each.value, each.decimals)}</td>
                  <td class="num" title={each.limit === null ? w('noLimit') : undefined}>
                    {each.limit === null ? NO_VALUE : formatValue(each.limit, each.decimals)}
                  </td>
                  <td class={each.over ? 'over' : 'quiet'}>
                    {each.over === null ? w('noLimit') : each.over ? `▲ ${w('over')}` : w('under')}
                  </td>
                  <td class="quiet">{each.limitSource ?? NO_VALUE}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {record.values.some(({ limit }) => limit !== null) && <p class="quiet small">{w('limitsAsTold')}</p>}
      {record.kind === 'remoteSensing' && <p class="quiet small">{w('judgementHint')}</p>}
    </section>
  );
}

function Files({ whole, again }: { whole: InspectionWhole; again: () => void }) {
  const refused = useSignal('');
  const { id } = whole.inspection;
  const attach = async (input: HTMLInputElement) => {
    const [file] = input.files ?? [];
    if (!file) return;
    const response = await fetch(`/api/v1/inspections/${id}/files?${new URLSearchParams({ name: file.name })}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: file,
    });
    refused.value = response.ok ? '' : file.name;
    input.value = '';
    again();
  };
  return (
    <section class="section">
      <h2>{w('attachments')}</h2>
      {whole.files.length === 0 && <p class="quiet">{w('attachmentsNone')}</p>}
      <ul class="plain-list">
        {whole.files.map((each) => (
          <li key={each.id}>
            <a class="link" href={`/api/v1/inspections/${id}/files/${each.id}`} download={each.name}>
              {each.name}
            </a>{' '}
            <span class="quiet">
              {w('fileSize', {
                size: formatCount(Math.max(1, Math.round(each.bytes / 1024))),
                time: dayTime(Date.parse(each.at), now.peek()),
              })}
            </span>
            <span class="mono small hash" title={each.sha256}>
              {each.sha256}
            </span>
          </li>
        ))}
      </ul>
      {may('cases.work') && (
        <label class="file-field">
          <span>{w('attach')}</span>
          <input type="file" onChange={(event) => void attach(event.currentTarget)} />
        </label>
      )}
      {refused.value !== '' && (
        <p class="refused" role="alert">
          {w('attachRefused', { name: refused.value })}
        </p>
      )}
    </section>
  );
}

function History({ whole }: { whole: InspectionWhole }) {
  return (
    <section class="section">
      <h2>{w('history')}</h2>
      <ol class="case-steps">
        {[...whole.versions].reverse().map((each) => (
          <li key={each.version}>
            <div class="step-head">
              <b>{w('version', { n: each.version })}</b>
              <span>{each.reason ?? w('entered')}</span>
              {each.voided && <span class="tag">{w('voided')}</span>}
            </div>
            <p class="quiet small">{w('by', { name: each.by, time: dayTime(Date.parse(each.at), now.value) })}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Deeds({ record, open }: { record: Inspection; open: (what: 'correct' | 'case') => void }) {
  const finding = FINDINGS.includes(record.judgement) && !record.voided;
  return (
    <>
      {record.caseId !== null && (
        <a class="button" href={pathOf('cases', record.caseId)}>
          {w('toCase')}
        </a>
      )}
      {may('cases.work') && (
        <button type="button" onClick={() => open('correct')}>
          {w('correct')}
        </button>
      )}
      {may('cases.work') && record.caseId === null && (
        <button
          type="button"
          class={finding ? 'primary' : ''}
          disabled={!finding}
          title={finding ? undefined : w('noCaseWhy')}
          onClick={() => open('case')}
        >
          {w('openCase')}
        </button>
      )}
    </>
  );
}

/** One inspection whole: what it says, its attachments, what it said before. */
export function InspectionWholePage({ id }: { id: string }) {
  const query = useQuery(
    `inspection ${id}`,
    (abort) => take(api.inspections[':id'].$get({ param: { id } }, { init: { signal: abort } })),
    { everyMs: LOOK_MS, keep: true },
  );
  const dialog = useSignal<'correct' | 'case' | null>(null);
  useEffect(() => {
    if (moved.value > 0) query.again();
  }, [moved.value]);
  useKeys([{ keys: ['Escape'], words: () => t('keyClose'), act: () => go(`/inspections${view.query()}`) }]);
  const found = query.data.value;
  if (!found) {
    return (
      <Page title={w('title')} back="/inspections">
        {query.failure.value?.kind === 'refused' ? (
          <Empty title={w('notFound')}>
            <Failed query={query} />
          </Empty>
        ) : (
          <Waiting query={query} />
        )}
      </Page>
    );
  }
  const record = found.inspection;
  const close = () => (dialog.value = null);
  return (
    <Page
      title={`${wordOf('kinds', record.kind)} · ${record.vehicle.plate}`}
      back="/inspections"
      facts={
        <>
          {record.voided ? <span class="tag">{w('voided')}</span> : <Judgement of={record.judgement} />}
          <span class="quiet num-text">{record.day}</span>
          <a class="link" href={pathOf('vehicles', record.vehicle.id)}>
            {w('vehicleFile')}
          </a>
        </>
      }
      actions={<Deeds record={record} open={(what) => (dialog.value = what)} />}
    >
      <div class="case">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
        <section class="scroll case-main" aria-label={w('facts')} tabIndex={0}>
          <Values record={record} />
          <Facts record={record} />
        </section>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
        <aside class="scroll case-side" aria-label={w('history')} tabIndex={0}>
          <Files whole={found} again={() => query.again()} />
          <History whole={found} />
        </aside>
      </div>
      {dialog.value === 'correct' && <CorrectDialog record={record} close={close} />}
      {dialog.value === 'case' && <CaseDialog record={record} close={close} />}
    </Page>
  );
}
