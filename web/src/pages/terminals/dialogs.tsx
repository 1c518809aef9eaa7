import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { api, CallError, take } from '../../data/client.ts';
import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/terminals.ts';
import { fromField, isoBeijing, toField } from '../../model/format.ts';
import { touched } from '../../model/rebase.ts';
import { typedText } from '../../model/vehicle-form.ts';
import { serverNow } from '../../state/clock.ts';
import { fasterWords, restAgain } from '../../ui/faster.ts';
import { type Form, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { FormFault } from '../../ui/form-fault.ts';
import { Modal } from '../../ui/modal.tsx';
import { SecretShown } from '../../ui/secret.tsx';
import { toast } from '../../ui/toast.tsx';
import type { Terminal } from './page.tsx';

/** The one truck whose plate or VIN is exactly this; throws at the field when there is none. */
async function truckOf(text: string): Promise<{ id: number; plate: string }> {
  const q = text.trim();
  const { vehicles } = await take(api.vehicles.$get({ query: { q, limit: '20', signals: 'speedKmh' } }));
  const same = vehicles.filter((v) => v.plate === q || v.vin === q.toUpperCase());
  const found = same.length === 1 ? same[0] : vehicles.length === 1 ? vehicles[0] : undefined;
  if (!found) throw new FormFault('vehicle', w('vehicleUnknown'));
  return found;
}

/** Number of a SIM card, or nothing. */
const ICCID = /^([0-9A-Fa-f]{19,20})?$/;

/** What is known of the device. */
function DeviceFields<V extends Record<'vendor' | 'model' | 'firmware' | 'iccid', string>>({ form }: { form: Form<V> }) {
  return (
    <div class="field-row">
      <TextField form={form} name="vendor" label={w('vendor')} input={{ maxLength: 100 }} />
      <TextField form={form} name="model" label={w('model')} input={{ maxLength: 100 }} />
      <TextField form={form} name="firmware" label={w('firmware')} input={{ maxLength: 100 }} />
      <TextField form={form} name="iccid" label={w('iccid')} input={{ maxLength: 20, inputMode: 'numeric' }} />
    </div>
  );
}

/** Enters a terminal and shows its secret this once. */
export function AddTerminal({ close }: { close: () => void }) {
  const done = useSignal<{ id: string; secret: string } | null>(null);
  const form = useForm(
    { id: '', vehicle: '', vendor: '', model: '', firmware: '', iccid: '' },
    {
      check: (v) => ({
        ...(v.id.trim() === ''
          ? { id: t('fieldRequired') }
          : /^[A-Za-z0-9_-]{1,64}$/.test(v.id.trim())
            ? {}
            : { id: w('idPattern') }),
        ...(ICCID.test(v.iccid.trim()) ? {} : { iccid: w('iccidPattern') }),
      }),
      send: async (v) => {
        const truck = v.vehicle.trim() === '' ? null : await truckOf(v.vehicle);
        const facts = {
          vendor: typedText(v.vendor),
          model: typedText(v.model),
          firmware: typedText(v.firmware),
          iccid: typedText(v.iccid),
        };
        const given = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
        const json = { id: v.id.trim(), ...given, ...(truck ? { vehicleId: truck.id } : {}) };
        done.value = await take(api.terminals.$post({ json }));
      },
      wordsOf: (code) => (code === 'EXISTS' ? w('idExists') : undefined),
    },
  );
  if (done.value) {
    const { id, secret } = done.value;
    return (
      <Modal title={w('addDone', { id })} onClose={close} wide>
        <SecretShown terminal={id} secret={secret} />
      </Modal>
    );
  }
  return (
    <Modal title={w('add')} onClose={close} wide>
      <form onSubmit={form.submit} noValidate>
        <div class="field-row">
          <TextField form={form} name="id" label={w('id')} hint={w('idHint')} input={{ maxLength: 64, class: 'mono' }} />
          <TextField form={form} name="vehicle" label={w('vehicle')} hint={w('vehicleHint')} input={{ maxLength: 40 }} />
        </div>
        <DeviceFields form={form} />
        <FormFoot form={form} submit={w('add')} />
      </form>
    </Modal>
  );
}

function deviceTexts({ vendor, model, firmware, iccid }: Terminal) {
  return { vendor: vendor ?? '', model: model ?? '', firmware: firmware ?? '', iccid: iccid ?? '' };
}

/** The terminal as it is now. */
async function fetchTerminal(id: string): Promise<Terminal> {
  const { terminals } = await take(api.terminals.$get({ query: { q: id, limit: '500' } }));
  const found = terminals.find((each) => each.id === id);
  if (!found) throw new CallError('refused', w('gone', { id }));
  return found;
}

/** Changes what is known of the device. It rests on the terminal as it was when the form was opened, and sends what was typed in alone. */
export function ChangeTerminal({ terminal, close }: { terminal: Terminal; close: () => void }) {
  const base = useRef(terminal);
  const { id } = base.current;
  const form = useForm(deviceTexts(terminal), {
    check: (v): { iccid?: string } => (ICCID.test(v.iccid.trim()) ? {} : { iccid: w('iccidPattern') }),
    send: async (v) => {
      const mine = touched(deviceTexts(base.current), v);
      if (mine.length > 0) {
        const facts = Object.fromEntries(mine.map((name) => [name, typedText(v[name]) ?? null]));
        try {
          await take(api.terminals[':id'].$patch({ param: { id }, json: { version: base.current.version, ...facts } }));
        } catch (error) {
          const faster = { base: base.current, read: () => fetchTerminal(id), textsOf: deviceTexts };
          const again = await restAgain(error, faster, form);
          base.current = again.base;
          throw again.error;
        }
      }
      toast({ text: t('savedAt') });
      close();
    },
    wordsOf: fasterWords(() => deviceTexts(base.current)),
  });
  return (
    <Modal title={`${w('change')} · ${id}`} onClose={close} wide>
      <form onSubmit={form.submit} noValidate>
        <DeviceFields form={form} />
        <FormFoot form={form} submit={t('save')} />
      </form>
    </Modal>
  );
}

/** Gives a terminal a new secret. */
export function RotateSecret({ terminal, close }: { terminal: Terminal; close: () => void }) {
  const done = useSignal<{ secret: string; previousSecretUntil: string } | null>(null);
  const form = useForm(
    { overlapHours: '24' },
    {
      check: ({ overlapHours: text }) =>
        text.trim() !== '' && Number(text) >= 0 && Number(text) <= 720 ? {} : { overlapHours: w('rotateRange') },
      send: async (v) => {
        const json = { overlapHours: Number(v.overlapHours) };
        done.value = await take(api.terminals[':id'].rotate.$post({ param: { id: terminal.id }, json }));
      },
    },
  );
  if (done.value) {
    const { secret, previousSecretUntil } = done.value;
    return (
      <Modal title={w('rotateDone', { id: terminal.id })} onClose={close} wide>
        <SecretShown terminal={terminal.id} secret={secret} previousUntil={previousSecretUntil} />
      </Modal>
    );
  }
  return (
    <Modal title={`${w('rotate')} · ${terminal.id}`} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        <p>{w('rotateText')}</p>
        <TextField
          form={form}
          name="overlapHours"
          label={w('rotateHours')}
          unit="h"
          input={{ type: 'number', min: 0, max: 720, inputMode: 'numeric' }}
        />
        <FormFoot form={form} submit={w('rotate')} />
      </form>
    </Modal>
  );
}

/** Refuses a terminal from now on. What cannot be undone is confirmed by its name. */
export function RevokeTerminal({ terminal, close }: { terminal: Terminal; close: () => void }) {
  const { id } = terminal;
  const form = useForm(
    { confirm: '' },
    {
      check: (v) => (v.confirm.trim() === id ? {} : { confirm: w('revokeMismatch') }),
      send: async () => {
        const { disconnected } = await take(api.terminals[':id'].revoke.$post({ param: { id }, json: {} }));
        toast({ text: w(disconnected ? 'revokeDone' : 'revokeDoneIdle', { id }) });
        close();
      },
    },
  );
  return (
    <Modal title={`${w('revoke')} · ${id}`} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        <p>{w('revokeText', { id })}</p>
        <TextField form={form} name="confirm" label={w('revokeConfirm')} input={{ class: 'mono' }} />
        <FormFoot form={form} submit={w('revoke')} />
      </form>
    </Modal>
  );
}

/** Puts a terminal on a truck from a moment on. */
export function AssignTerminal({ terminal, close }: { terminal: Terminal; close: () => void }) {
  const form = useForm(
    { vehicle: terminal.vehicle?.vin ?? '', from: toField(serverNow()) },
    {
      check: (v) => ({
        ...(v.vehicle.trim() === '' ? { vehicle: t('fieldRequired') } : {}),
        ...(fromField(v.from) === undefined ? { from: t('fieldRequired') } : {}),
      }),
      send: async (v) => {
        const truck = await truckOf(v.vehicle);
        const json = { terminalId: terminal.id, vehicleId: truck.id, from: isoBeijing(fromField(v.from) ?? 0) };
        await take(api.assignments.$post({ json }));
        toast({ text: w('assignDone', { plate: truck.plate }) });
        close();
      },
      wordsOf: (code) => (code === 'OVERLAP' ? w('assignOverlap') : undefined),
    },
  );
  return (
    <Modal title={`${w('assign')} · ${terminal.id}`} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        <p>{w('assignText')}</p>
        <TextField form={form} name="vehicle" label={w('vehicle')} input={{ maxLength: 40 }} />
        <TextField form={form} name="from" label={w('assignFrom')} input={{ type: 'datetime-local' }} />
        <FormFoot form={form} submit={w('assign')} />
      </form>
    </Modal>
  );
}
