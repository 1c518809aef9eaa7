import { useSignal } from '@preact/signals';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/inspections.ts';
import { pathOf } from '../../model/routes.ts';
import { go } from '../../state/place.ts';
import { FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { toast } from '../../ui/toast.tsx';
import { truckOf } from '../cases/open-case.tsx';
import { checkFacts, FactsFields, factsOf, fieldOf, firstFacts, type Typed } from './facts-form.tsx';
import { KINDS, moved } from './inspections.ts';

function Dialog({ close }: { close: () => void }) {
  const form = useForm<Typed>(
    { truck: '', ...firstFacts(null) },
    {
      plain: true,
      fieldOf,
      check: (v) => ({ ...((v.truck ?? '').trim() === '' ? { truck: w('needed') } : {}), ...checkFacts(v) }),
      send: async (v) => {
        const vehicle = await truckOf((v.truck ?? '').trim());
        const kind = KINDS.find((each) => each === v.kind) ?? 'roadside';
        const made = await take(
          api.inspections.$post({ query: { lang: language.peek() }, json: { vehicle, kind, ...factsOf(v) } }),
        );
        toast({ text: w('saved') });
        moved.value += 1;
        close();
        go(pathOf('inspections', made.id));
      },
      wordsOf: (code) => (code === 'EXISTS' ? w('there') : undefined),
    },
  );
  return (
    <Modal title={w('enter')} onClose={close} wide>
      <form onSubmit={form.submit} noValidate class="case-form">
        <TextField form={form} name="truck" label={w('truck')} hint={w('truckHint')} />
        <FactsFields form={form} fixed={false} />
        <FormFoot form={form} submit={w('save')}>
          <button type="button" onClick={close}>
            {w('cancel')}
          </button>
        </FormFoot>
      </form>
    </Modal>
  );
}

/** Enters an inspection by hand. */
export function EnterInspection() {
  const open = useSignal(false);
  return (
    <>
      <button type="button" class="primary" onClick={() => (open.value = true)}>
        {w('enter')}
      </button>
      {open.value && <Dialog close={() => (open.value = false)} />}
    </>
  );
}
