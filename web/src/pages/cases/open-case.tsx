import { useSignal } from '@preact/signals';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/cases.ts';
import { pathOf } from '../../model/routes.ts';
import { go } from '../../state/place.ts';
import { AreaField, ChoiceField, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { FormFault } from '../../ui/form-fault.ts';
import { Modal } from '../../ui/modal.tsx';
import { said, table, typesNow } from './cases.ts';
import { todayInBeijing } from './step-form.tsx';

/** The truck that somebody means by a plate, a VIN or a terminal. */
export async function truckOf(text: string): Promise<number> {
  const { vehicles } = await take(api.vehicles.$get({ query: { q: text, limit: '2' } }));
  const [one, other] = vehicles;
  if (!one) throw new FormFault('truck', w('truckUnknown'));
  if (other && one.plate !== text && one.vin !== text) throw new FormFault('truck', w('truckSeveral'));
  return one.id;
}

function Dialog({ close }: { close: () => void }) {
  const form = useForm(
    {
      truck: '',
      type: 'overLimit',
      source: 'roadside',
      day: todayInBeijing(),
      pollutant: '',
      value: '',
      limit: '',
      unit: '',
      place: '',
      note: '',
    },
    {
      check: (v) => ({
        ...(v.truck.trim() === '' ? { truck: w('needed') } : {}),
        ...(v.note.trim() === '' ? { note: w('needed') } : {}),
      }),
      send: async (v) => {
        const vehicle = await truckOf(v.truck.trim());
        const type = typesNow().find((each) => each.value === v.type)?.value as 'overLimit' | undefined;
        const source = table.value?.sources.find((each) => each.value === v.source)?.value as 'roadside' | undefined;
        const { results } = await take(
          api.cases.$post({
            json: {
              from: 'hand',
              vehicle,
              type: type ?? 'overLimit',
              source: source ?? 'other',
              day: v.day,
              note: v.note.trim(),
              ...(v.pollutant === 'NOx' || v.pollutant === 'PM' ? { pollutant: v.pollutant } : {}),
              ...(v.value.trim() === '' ? {} : { value: Number(v.value) }),
              ...(v.limit.trim() === '' ? {} : { limit: Number(v.limit) }),
              ...(v.unit.trim() === '' ? {} : { unit: v.unit.trim() }),
              ...(v.place.trim() === '' ? {} : { place: v.place.trim() }),
            },
          }),
        );
        const id = results[0]?.case?.id;
        close();
        if (id !== undefined) go(pathOf('cases', id));
      },
      wordsOf: (code, field) => (code === 'EXISTS' && field === 'type' ? w('caseExists') : undefined),
    },
  );
  return (
    <Modal title={w('openByHand')} onClose={close} wide>
      <form onSubmit={form.submit} noValidate class="case-form">
        <div class="field-row">
          <TextField form={form} name="truck" label={w('colTruck')} hint={w('truckHint')} />
          <ChoiceField
            form={form}
            name="type"
            label={w('colType')}
            options={typesNow().map((each) => [each.value, said(each)] as const)}
          />
          <ChoiceField
            form={form}
            name="source"
            label={w('source')}
            options={(table.value?.sources ?? []).map((each) => [each.value, said(each)] as const)}
          />
          <TextField form={form} name="day" label={w('seenOn')} input={{ type: 'date', max: todayInBeijing() }} />
        </div>
        <div class="field-row">
          <ChoiceField
            form={form}
            name="pollutant"
            label={w('pollutant')}
            options={[
              ['', w('notGiven')],
              ['NOx', 'NOx'],
              ['PM', 'PM'],
            ]}
          />
          <TextField form={form} name="value" label={w('measured')} input={{ inputMode: 'decimal' }} />
          <TextField form={form} name="limit" label={w('limit')} input={{ inputMode: 'decimal' }} />
          <TextField form={form} name="unit" label={w('unit')} />
          <TextField form={form} name="place" label={w('place')} />
        </div>
        <AreaField form={form} name="note" label={w('whatWasSeen')} />
        <FormFoot form={form} submit={w('openByHand')}>
          <button type="button" onClick={close}>
            {w('cancel')}
          </button>
        </FormFoot>
      </form>
    </Modal>
  );
}

/** Opens a case that no lead has led to. */
export function OpenCase() {
  const open = useSignal(false);
  return (
    <>
      <button type="button" onClick={() => (open.value = true)}>
        {w('openByHand')}
      </button>
      {open.value && <Dialog close={() => (open.value = false)} />}
    </>
  );
}
