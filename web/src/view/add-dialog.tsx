import { useSignal } from '@preact/signals';
import { addTerminal, addTruck } from '../data/calls.ts';
import { t } from '../i18n/index.ts';
import { THIN } from '../model/format.ts';
import { tryLine } from '../model/try-line.ts';
import { serverNow } from '../state/clock.ts';
import { refreshFleet } from '../state/fleet.ts';
import { noteFailure } from '../state/session.ts';
import { show } from '../state/view.ts';
import { CopyLine } from './copy-line.tsx';
import { dialog } from './keys.ts';
import { Modal } from './modal.tsx';

const STAGES = ['V', 'IV', 'VI'] as const;

interface Done {
  vehicle: number;
  terminal: string;
  secret: string;
}

function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

/** Enters a truck and its terminal, and shows the secret this once with a line to try it. */
export function AddDialog() {
  const done = useSignal<Done | null>(null);
  const refused = useSignal<string[]>([]);
  const busy = useSignal(false);
  // A truck that was entered while its terminal was refused is not entered again.
  const entered = useSignal<{ vin: string; id: number } | null>(null);
  if (dialog.value !== 'add') return null;

  const submit = async (form: FormData) => {
    busy.value = true;
    refused.value = [];
    const vin = text(form, 'vin').toUpperCase();
    const terminal = text(form, 'terminal');
    const stage = STAGES.find((each) => each === text(form, 'stage')) ?? 'V';
    try {
      const known = entered.value?.vin === vin ? entered.value.id : undefined;
      const truck = {
        vin,
        plate: text(form, 'plate'),
        stage,
        ratedPowerKw: Number(text(form, 'power')),
      };
      const vehicle = known ?? (await addTruck(truck));
      entered.value = { vin, id: vehicle };
      done.value = { vehicle, terminal, secret: await addTerminal(terminal, vehicle) };
      entered.value = null;
    } catch (error) {
      const failure = noteFailure(error);
      refused.value =
        failure.fields.length > 0
          ? failure.fields.map((f) => `${f.field.replace(/^body\.(parameters\.)?/, '')}: ${f.reason}`)
          : [failure.message];
    }
    busy.value = false;
    void refreshFleet();
  };

  const close = () => {
    dialog.value = null;
    refused.value = [];
    if (done.value) show({ truck: done.value.vehicle });
    done.value = null;
  };

  return (
    <Modal title={t('addTitle')} onClose={close}>
      {done.value ? (
        <>
          <p>{t('addDone')}</p>
          <p class="quiet">
            {t('terminal')} {done.value.terminal} · {t('secret')}
          </p>
          <CopyLine text={done.value.secret} />
          <p>{t('addTry')}</p>
          <CopyLine text={tryLine(location.hostname, done.value.terminal, done.value.secret, serverNow())} />
          <p>
            <button type="button" class="primary" onClick={close}>
              {t('addClose')}
            </button>
          </p>
        </>
      ) : (
        <form
          class="fields"
          onSubmit={(event) => {
            event.preventDefault();
            void submit(new FormData(event.currentTarget));
          }}
        >
          <label>
            {t('addPlate')}
            <input name="plate" required maxLength={20} autocomplete="off" />
          </label>
          <label>
            {t('addVin')}
            <input name="vin" required minLength={17} maxLength={17} autocomplete="off" spellcheck={false} />
          </label>
          <label>
            {t('addStage')}
            <select name="stage">
              {STAGES.map((stage) => (
                <option key={stage} value={stage}>
                  {t(`stage${stage}`)}
                </option>
              ))}
            </select>
          </label>
          <label>
            {t('addPower')}
            {THIN}kW
            <input name="power" type="number" required min={30} max={500} step="any" />
          </label>
          <label>
            {t('addTerminal')}
            <input name="terminal" required maxLength={64} pattern="[A-Za-z0-9_\-]+" autocomplete="off" spellcheck={false} />
          </label>
          {refused.value.map((reason) => (
            <p key={reason} class="refused" role="alert">
              {reason}
            </p>
          ))}
          <p>
            <button type="submit" class="primary" disabled={busy.value}>
              {t('addSubmit')}
            </button>
          </p>
        </form>
      )}
    </Modal>
  );
}
