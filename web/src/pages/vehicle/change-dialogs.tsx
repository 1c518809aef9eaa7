import { useRef } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/vehicle.ts';
import { w as entry } from '../../i18n/words/vehicles.ts';
import { dayTime } from '../../model/format.ts';
import { touched } from '../../model/rebase.ts';
import { parameterFaults, typedText } from '../../model/vehicle-form.ts';
import { now, serverNow } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { fasterWords, restAgain } from '../../ui/faster.ts';
import { FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Read } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { parametersOf, parameterTexts } from '../vehicles/parameters-of.ts';
import { IdentityFields, ParameterFields, wordedFaults } from '../vehicles/vehicle-fields.tsx';
import { dayOf, parameterRows } from './file-panel.tsx';
import type { VehicleDetail } from './truck.ts';

interface DialogProps {
  detail: VehicleDetail;
  close: () => void;
  changed: () => void;
}

function identityTexts(detail: VehicleDetail) {
  return {
    plate: detail.plate,
    plateColor: detail.plateColor ?? '',
    district: detail.district ?? '',
    enterprise: detail.enterprise ?? '',
    useType: detail.useType ?? '',
  };
}

async function fetchDetail(id: number, init?: { signal: AbortSignal }): Promise<VehicleDetail> {
  return await take(api.vehicles[':id'].$get({ param: { id: String(id) } }, init ? { init } : {}));
}

/** Changes what a truck is known by. It rests on the truck as it was when the form was opened, and sends what was typed in alone. */
export function ChangeIdentity({ detail, close, changed }: DialogProps) {
  // The page goes on reading the truck; the form does not move with it.
  const base = useRef(detail);
  const { id, vin } = base.current;
  const form = useForm(identityTexts(detail), {
    check: (v) => (v.plate.trim() === '' ? { plate: t('fieldRequired') } : {}),
    send: async (v) => {
      const mine = touched(identityTexts(base.current), v);
      if (mine.length > 0) {
        const facts = Object.fromEntries(mine.map((name) => [name, typedText(v[name]) ?? null]));
        const json = { version: base.current.version, ...facts };
        try {
          await take(api.vehicles[':id'].$patch({ param: { id: String(id) }, json }));
        } catch (error) {
          const faster = { base: base.current, read: () => fetchDetail(id), textsOf: identityTexts };
          const again = await restAgain(error, faster, form);
          base.current = again.base;
          throw again.error;
        } finally {
          changed();
        }
      }
      toast({ text: t('savedAt') });
      close();
    },
    wordsOf: fasterWords(() => identityTexts(base.current)),
  });
  return (
    <Modal title={entry('editTitle')} onClose={close} wide>
      <form onSubmit={form.submit} noValidate>
        <p class="quiet">
          {entry('vin')} <span class="mono">{vin}</span>
        </p>
        <IdentityFields form={form} />
        <FormFoot form={form} submit={t('save')} />
      </form>
    </Modal>
  );
}

function useParameters(vehicleId: number) {
  const id = String(vehicleId);
  return useQuery(`parameters ${id}`, (signal) =>
    take(api.vehicles[':id'].parameters.$get({ param: { id } }, { init: { signal } })),
  );
}

type Entries = readonly {
  id: number;
  validFrom: string;
  recordedAt: string;
  recordedBy: string;
  values: Record<string, unknown>;
}[];

function History({ entries }: { entries: Entries }) {
  const names = parameterRows({}).map(([name]) => name);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class="scroll" tabIndex={0} aria-label={w('parametersHistory')}>
      <table class="plain-table">
        <thead>
          <tr>
            <th scope="col">{entry('validFrom')}</th>
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">{w('parametersRecord')}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((each) => (
            <tr key={each.id}>
              <th scope="row">{dayOf(each.validFrom)}</th>
              {parameterRows(each.values).map(([name, text]) => (
                <td key={name}>{text}</td>
              ))}
              <td class="quiet">
                {w('parametersBy', { by: each.recordedBy, time: dayTime(Date.parse(each.recordedAt), now.peek()) })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What was entered as a truck's parameters, when and by whom, the newest first: nothing of it is ever overwritten. */
export function ParameterHistory({ detail, close }: Pick<DialogProps, 'detail' | 'close'>) {
  const query = useParameters(detail.id);
  return (
    <Modal title={`${w('parametersHistory')} · ${detail.plate}`} onClose={close} wide>
      <Read query={query}>{({ entries }) => <History entries={entries} />}</Read>
    </Modal>
  );
}

/** A truck's parameters in force, and the newest entry that was there before they were read. */
interface Parameters {
  values: Readonly<Record<string, unknown>>;
  entries: Entries;
  /** Id of the newest entry; 0: there is none. */
  after: number;
}

/** The entries first: one that comes between the two answers is newer than `after`, and the service refuses what rests on it. */
async function fetchParameters(vehicleId: number, init?: { signal: AbortSignal }): Promise<Parameters> {
  const param = { id: String(vehicleId) };
  const { entries } = await take(api.vehicles[':id'].parameters.$get({ param }, init ? { init } : {}));
  const { parameters } = await fetchDetail(vehicleId, init);
  return { values: parameters?.values ?? {}, entries, after: entries[0]?.id ?? 0 };
}

interface ParametersFormProps extends Omit<DialogProps, 'detail'> {
  vehicleId: number;
  opened: Parameters;
  put: (present: Parameters) => void;
}

function ParametersForm({ vehicleId, opened, close, changed, put }: ParametersFormProps) {
  const base = useRef(opened);
  const today = useRef(dayOf(new Date(serverNow()).toISOString())).current;
  const textsOf = ({ values }: Parameters) => ({ ...parameterTexts(values), validFrom: today });
  const form = useForm(textsOf(opened), {
    check: (values) => ({
      ...wordedFaults(parameterFaults(values)),
      ...(values.validFrom === '' ? { validFrom: t('fieldRequired') } : {}),
    }),
    send: async (values) => {
      const { after, values: before } = base.current;
      const json = { validFrom: `${values.validFrom}T00:00:00+08:00`, values: parametersOf(values, before), after };
      try {
        await take(api.vehicles[':id'].parameters.$post({ param: { id: String(vehicleId) }, json }));
      } catch (error) {
        const faster = { base: base.current, read: () => fetchParameters(vehicleId), textsOf };
        const again = await restAgain(error, faster, form);
        base.current = again.base;
        put(again.base);
        changed();
        throw again.error;
      }
      changed();
      toast({ text: entry('changed') });
      close();
    },
    wordsOf: fasterWords(() => textsOf(base.current)),
  });
  return (
    <form onSubmit={form.submit} noValidate>
      <ParameterFields form={form} />
      <div class="field-row">
        <TextField
          form={form}
          name="validFrom"
          label={entry('validFrom')}
          hint={entry('validFromHint')}
          input={{ type: 'date' }}
        />
      </div>
      <FormFoot form={form} submit={t('save')} />
    </form>
  );
}

/** Records new parameters beside the earlier ones, which stay. The form is filled with what is read when it is opened. */
export function ChangeParameters({ detail, close, changed }: DialogProps) {
  const { id, plate } = useRef(detail).current;
  const query = useQuery(`parameters in force ${id}`, (signal) => fetchParameters(id, { signal }));
  return (
    <Modal title={`${entry('changeParameters')} · ${plate}`} onClose={close} wide>
      <Read query={query}>
        {(opened) => (
          <>
            <ParametersForm vehicleId={id} opened={opened} put={query.put} close={close} changed={changed} />
            <h3>{w('parametersHistory')}</h3>
            <History entries={opened.entries} />
          </>
        )}
      </Read>
    </Modal>
  );
}
