import { useSignal } from '@preact/signals';
import { api, CallError, take } from '../../data/client.ts';
import { w } from '../../i18n/words/rules.ts';
import { t } from '../../i18n/words/shell.ts';
import { beijing, dayTime, formatCount } from '../../model/format.ts';
import { changedBy, type Draft, overridesWith } from '../../model/rule-draft.ts';
import { now, serverNow } from '../../state/clock.ts';
import { type Query, useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { AreaField, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Term } from '../../ui/term.tsx';
import { toast } from '../../ui/toast.tsx';
import {
  type Catalogue,
  fetchRules,
  numberWords,
  type Parameter,
  savedTest,
  showDraft,
  testedNumbers,
  type Versions,
  view,
} from './rules.ts';

function dayBefore(days: number): string {
  const { year, month, day } = beijing(serverNow() - days * 86_400_000);
  return `${year}-${month}-${day}`;
}

interface Change {
  readonly parameter: Parameter;
  readonly value: number;
}

function Changes({ changes }: { changes: readonly Change[] }) {
  return (
    <ul class="rule-changes">
      {changes.map(({ parameter, value }) => (
        <li key={parameter.key}>
          <span class="mono">{parameter.key}</span> {numberWords(parameter.value, parameter.unit)} →{' '}
          <b>{numberWords(value, parameter.unit)}</b>
        </li>
      ))}
    </ul>
  );
}

function OrderTest({ changes, close }: { changes: readonly Change[]; close: () => void }) {
  const form = useForm(
    { from: dayBefore(30), to: dayBefore(1) },
    {
      check: (v) => ({
        ...(v.from === '' ? { from: t('fieldRequired') } : {}),
        ...(v.to === '' ? { to: t('fieldRequired') } : v.to < v.from ? { to: w('orderWrong') } : {}),
      }),
      send: async (v) => {
        const overrides = Object.fromEntries(changes.map(({ parameter, value }) => [parameter.key, value]));
        const { jobId } = await take(api['back-tests'].$post({ json: { overrides, from: v.from, to: v.to } }));
        close();
        view.show({ tab: 'tests', test: String(jobId) });
      },
    },
  );
  return (
    <Modal title={w('testTitle')} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        <p class="quiet">{w('testIntro')}</p>
        <Changes changes={changes} />
        <div class="field-row">
          <TextField form={form} name="from" label={w('from')} input={{ type: 'date' }} />
          <TextField form={form} name="to" label={w('to')} input={{ type: 'date' }} />
        </div>
        <FormFoot form={form} submit={w('order')} />
      </form>
    </Modal>
  );
}

/** The newest finished back-test of exactly these numbers. */
function useTested(changes: readonly Change[]) {
  const query = useQuery('tested', async (signal) => {
    const { jobs } = await take(api.jobs.$get({ query: { kind: 'backTest', state: 'done', limit: '50' } }, { init: { signal } }));
    const wanted = new Map(changes.map(({ parameter, value }) => [parameter.key, value]));
    const same = jobs.find((job) => {
      const tried = Object.entries(testedNumbers(job).overrides);
      return tried.length === wanted.size && tried.every(([key, value]) => wanted.get(key) === value);
    });
    if (!same) return { job: null, result: null };
    const detail = await take(api.jobs[':id'].$get({ param: { id: String(same.id) } }, { init: { signal } }));
    return { job: same, result: savedTest(detail.result) };
  });
  return query.data.value;
}

function Tested({ changes }: { changes: readonly Change[] }) {
  const tested = useTested(changes);
  if (tested === null) return null;
  const { job, result } = tested;
  if (job === null || result === null) return <p class="attention">△ {w('notTested')}</p>;
  const { from, to } = testedNumbers(job);
  const more = result.more;
  return (
    <p>
      ✓{' '}
      <a class="link" href={`/rules${view.query({ tab: 'tests', test: String(job.id) })}`}>
        {w('testedBy', {
          from,
          to,
          appear: formatCount(result.leads.appear.length + more.leadsAppear),
          vanish: formatCount(result.leads.vanish.length + more.leadsVanish),
        })}
      </a>
    </p>
  );
}

function Activate({ changes, versions, close }: { changes: readonly Change[]; versions: Query<Versions>; close: () => void }) {
  const after = useSignal(versions.data.peek()?.settings[0]?.id ?? null);
  const sure = useSignal(false);
  const draft: Draft = Object.fromEntries(changes.map(({ parameter, value }) => [parameter.key, String(value)]));
  const overtaken = async (error: unknown): Promise<never> => {
    if (!(error instanceof CallError) || error.code !== 'CHANGED') throw error;
    const fresh = await take(api.rules.settings.$get());
    versions.put(fresh);
    const newest = fresh.settings[0];
    after.value = newest?.id ?? null;
    if (!newest) throw error;
    const numbers = Object.entries(newest.overrides).map(([key, value]) => `${key} = ${value}`);
    throw new CallError(
      'refused',
      w('overtaken', {
        by: newest.recordedBy,
        time: dayTime(Date.parse(newest.recordedAt), now.peek()),
        note: newest.note,
        numbers: numbers.join(', ') || w('productNumbers'),
      }),
    );
  };
  const form = useForm(
    { validFrom: dayBefore(0), note: '', sure: '' },
    {
      check: (v) => ({
        ...(v.validFrom === ''
          ? { validFrom: t('fieldRequired') }
          : v.validFrom < dayBefore(0)
            ? { validFrom: w('validFromPast') }
            : {}),
        ...(v.note.trim() === '' ? { note: t('fieldRequired') } : {}),
        ...(sure.peek() ? {} : { sure: w('sureNeeded') }),
      }),
      send: async (v) => {
        const then = await fetchRules(undefined, v.validFrom);
        const json = {
          overrides: overridesWith(draft, then.parameters),
          validFrom: v.validFrom,
          note: v.note.trim(),
          after: after.peek(),
        };
        await take(api.rules.settings.$post({ json })).catch(overtaken);
        versions.again();
        toast({ text: w('activated') });
        close();
        view.show({ tab: 'versions', draft: '' });
      },
      plain: true,
    },
  );
  return (
    <Modal title={w('activateTitle')} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        <p class="quiet">{w('activateIntro')}</p>
        <Changes changes={changes} />
        <Tested changes={changes} />
        <TextField form={form} name="validFrom" label={w('validFrom')} input={{ type: 'date' }} />
        <AreaField form={form} name="note" label={w('note')} rows={2} />
        <div class={form.wrong.value.sure === undefined ? 'field' : 'field wrong'}>
          <label class="check">
            <input
              type="checkbox"
              name="sure"
              checked={sure.value}
              onChange={(event) => {
                sure.value = event.currentTarget.checked;
                form.set('sure', sure.value ? 'yes' : '');
              }}
            />
            {w('sure')}
          </label>
          {form.wrong.value.sure !== undefined && (
            <p class="refused" role="alert">
              {form.wrong.value.sure}
            </p>
          )}
        </div>
        <FormFoot form={form} submit={w('activateDo')} />
      </form>
    </Modal>
  );
}

/** What is being tried, and what can be done with it. Nothing while nothing is tried. */
export function DraftBar({ draft, catalogue, versions }: { draft: Draft; catalogue: Catalogue; versions: Query<Versions> }) {
  const dialog = useSignal<'test' | 'activate' | null>(null);
  const byKey = new Map(catalogue.parameters.map((each) => [each.key, each]));
  const changes = changedBy(draft, catalogue.parameters).flatMap(({ parameter, value }): Change[] => {
    const whole = byKey.get(parameter.key);
    return whole ? [{ parameter: whole, value }] : [];
  });
  const close = () => {
    dialog.value = null;
  };
  if (changes.length === 0 || !may('rules.write')) return null;
  return (
    <section class="draft-bar" aria-label={w('draft', { n: changes.length })}>
      <b>{w('draft', { n: changes.length })}</b>
      <span class="quiet draft-list">
        {changes
          .map(({ parameter, value }) => w('changedTo', { key: parameter.key, before: parameter.value, after: value }))
          .join(' · ')}
      </span>
      <button type="button" onClick={() => showDraft({})}>
        {w('discard')}
      </button>
      <button type="button" onClick={() => (dialog.value = 'test')}>
        {w('test')}
      </button>
      <Term id="backTest" />
      <button type="button" class="primary" onClick={() => (dialog.value = 'activate')}>
        {w('activate')}
      </button>
      {dialog.value === 'test' && <OrderTest changes={changes} close={close} />}
      {dialog.value === 'activate' && <Activate changes={changes} versions={versions} close={close} />}
    </section>
  );
}
