import { useSignal } from '@preact/signals';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/reports.ts';
import { pathOf } from '../../model/routes.ts';
import { go } from '../../state/place.ts';
import { useQuery } from '../../state/query.ts';
import { me } from '../../state/session.ts';
import { ChoiceField, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { KINDS, outcomeOf, view } from './reports.ts';

/** Orders a report and goes to it when it is there. */
export function MakeReport() {
  const open = useSignal(false);
  return (
    <>
      <button type="button" class="primary" onClick={() => (open.value = true)}>
        {w('make')}
      </button>
      {open.value && <MakeForm close={() => (open.value = false)} />}
    </>
  );
}

function MakeForm({ close }: { close: () => void }) {
  const catalogue = useQuery('statistics catalogue', (abort) =>
    take(api.statistics.catalogue.$get({}, { init: { signal: abort } })),
  );
  const facts = catalogue.data.value?.fleet.facts;
  const own = me.value?.districts ?? null;
  const first = { kind: view.value.kind ?? 'month', period: '', district: own?.[0] ?? '', enterprise: '' };
  const form = useForm<Record<'kind' | 'period' | 'district' | 'enterprise', string>>(first, {
    check: () => ({}),
    send: async ({ kind, period, district, enterprise }) => {
      const json = {
        kind: KINDS.find((each) => each === kind) ?? 'month',
        ...(period.trim() === '' ? {} : { period: period.trim() }),
        ...(district === '' ? {} : { district }),
        ...(enterprise === '' ? {} : { enterprise }),
      };
      const answer = await api.reports.$post({ json });
      const made = (await take(Promise.resolve(answer))) as { reportId: number } | { jobId: number };
      const id = 'reportId' in made ? made.reportId : (await outcomeOf(made.jobId)).reportId;
      close();
      go(pathOf('reports', id));
    },
  });
  const kind = KINDS.find((each) => each === form.values.value.kind) ?? 'month';
  const options = (fact: 'district' | 'enterprise', all: boolean) => [
    ...(all ? [['', w('everything')] as const] : []),
    ...(facts?.[fact] ?? []).flatMap(({ value }) => (value === null ? [] : [[value, value] as const])),
  ];
  return (
    <Modal title={w('makeTitle')} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        <ChoiceField form={form} name="kind" label={w('kind')} options={KINDS.map((each) => [each, w(each)] as const)} />
        <TextField form={form} name="period" label={w('period')} hint={w(`periodHint${kind}`)} />
        <ChoiceField form={form} name="district" label={w('district')} options={options('district', own === null)} />
        <ChoiceField form={form} name="enterprise" label={w('enterprise')} options={options('enterprise', true)} />
        <p class="quiet small">{form.busy.value ? w('making') : w('makeText')}</p>
        <FormFoot form={form} submit={w('makeNow')} />
      </form>
    </Modal>
  );
}
