import { useSignal } from '@preact/signals';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/vehicles.ts';
import { pathOf } from '../../model/routes.ts';
import { NO_VEHICLE, typedText, type VehicleText, vehicleFaults } from '../../model/vehicle-form.ts';
import { FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { SecretShown } from '../../ui/secret.tsx';
import { parametersOf } from './parameters-of.ts';
import { IdentityFields, ParameterFields, wordedFaults } from './vehicle-fields.tsx';

interface Done {
  id: number;
  plate: string;
  terminal: { id: string; secret: string } | null;
}

function given(v: VehicleText) {
  const texts = {
    plateColor: typedText(v.plateColor),
    district: typedText(v.district),
    enterprise: typedText(v.enterprise),
    useType: typedText(v.useType),
    fittedAt: v.fittedAt === '' ? undefined : `${v.fittedAt}T00:00:00+08:00`,
  };
  return Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined));
}

/** Enters a truck, with its terminal when one is named, and shows the secret this once. */
export function AddVehicle({ close }: { close: () => void }) {
  const done = useSignal<Done | null>(null);
  // A truck that was entered while its terminal was refused is not entered again.
  const entered = useSignal<{ vin: string; id: number } | null>(null);
  const form = useForm<VehicleText>(NO_VEHICLE, {
    check: (v) => wordedFaults(vehicleFaults(v)),
    send: async (v) => {
      const vin = v.vin.trim().toUpperCase();
      let id = entered.peek()?.vin === vin ? entered.peek()?.id : undefined;
      if (id === undefined) {
        const json = { vin, plate: v.plate.trim(), ...given(v), parameters: parametersOf(v) };
        id = (await take(api.vehicles.$post({ json }))).id;
        entered.value = { vin, id };
      }
      const terminal = typedText(v.terminal);
      done.value = {
        id,
        plate: v.plate.trim(),
        terminal: terminal === undefined ? null : await take(api.terminals.$post({ json: { id: terminal, vehicleId: id } })),
      };
    },
    fieldOf: (path) => (path === 'body.id' ? 'terminal' : (path.split('.').at(-1) ?? path)),
    wordsOf: (code, field) => (code === 'EXISTS' ? w(field === 'terminal' ? 'terminalExists' : 'vinExists') : undefined),
  });
  if (done.value) {
    const { plate, id, terminal } = done.value;
    return (
      <Modal title={w('doneTitle', { plate })} onClose={close} wide>
        {terminal && <SecretShown terminal={terminal.id} secret={terminal.secret} />}
        <p class="form-foot">
          <a class="button primary" href={pathOf('vehicles', id)}>
            {w('doneOpen')}
          </a>
        </p>
      </Modal>
    );
  }
  return (
    <Modal title={w('addTitle')} onClose={close} wide>
      <form onSubmit={form.submit} noValidate>
        <h3>{w('identity')}</h3>
        <TextField form={form} name="vin" label={w('vin')} hint={w('vinHint')} input={{ maxLength: 17, class: 'mono' }} />
        <IdentityFields form={form} />
        <h3>{w('parameters')}</h3>
        <ParameterFields form={form} />
        <div class="field-row">
          <TextField form={form} name="fittedAt" label={w('fittedAt')} hint={w('fittedHint')} input={{ type: 'date' }} />
          <TextField form={form} name="terminal" label={w('terminalId')} hint={w('terminalHint')} input={{ maxLength: 64 }} />
        </div>
        <FormFoot form={form} submit={w('submitAdd')} />
      </form>
    </Modal>
  );
}
