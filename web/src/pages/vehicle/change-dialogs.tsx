import { api, take } from '../../data/client.ts';
import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/vehicle.ts';
import { w as entry } from '../../i18n/words/vehicles.ts';
import { dayTime } from '../../model/format.ts';
import { parameterFaults, typedText } from '../../model/vehicle-form.ts';
import { now, serverNow } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
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

function changedWords(code: string): string | undefined {
  return code === 'CHANGED' ? t('changedElsewhere') : undefined;
}

/** Changes what a truck is known by. Somebody else's change meanwhile is not overwritten. */
export function ChangeIdentity({ detail, close, changed }: DialogProps) {
  const first = {
    plate: detail.plate,
    plateColor: detail.plateColor ?? '',
    district: detail.district ?? '',
    enterprise: detail.enterprise ?? '',
    useType: detail.useType ?? '',
  };
  const form = useForm(first, {
    check: (v) => (v.plate.trim() === '' ? { plate: t('fieldRequired') } : {}),
    send: async (v) => {
      const json = {
        version: detail.version,
        plate: v.plate.trim(),
        plateColor: typedText(v.plateColor) ?? null,
        district: typedText(v.district) ?? null,
        enterprise: typedText(v.enterprise) ?? null,
        useType: typedText(v.useType) ?? null,
      };
      try {
        await take(api.vehicles[':id'].$patch({ param: { id: String(detail.id) }, json }));
      } finally {
        // Whoever was second sees what the first one wrote, behind what was typed.
        changed();
      }
      toast({ text: t('savedAt') });
      close();
    },
    wordsOf: changedWords,
  });
  return (
    <Modal title={entry('editTitle')} onClose={close} wide>
      <form onSubmit={form.submit} noValidate>
        <p class="quiet">
          {entry('vin')} <span class="mono">{detail.vin}</span>
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

function History({
  entries,
}: {
  entries: readonly { id: number; validFrom: string; recordedAt: string; recordedBy: string; values: Record<string, unknown> }[];
}) {
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

function ParametersForm({ detail, close, changed, after }: DialogProps & { after: number }) {
  const v = detail.parameters?.values ?? {};
  const first = {
    ...parameterTexts(v),
    validFrom: dayOf(new Date(serverNow()).toISOString()),
  };
  const form = useForm(first, {
    check: (values) => ({
      ...wordedFaults(parameterFaults(values)),
      ...(values.validFrom === '' ? { validFrom: t('fieldRequired') } : {}),
    }),
    send: async (values) => {
      const json = { validFrom: `${values.validFrom}T00:00:00+08:00`, values: parametersOf(values, v), after };
      await take(api.vehicles[':id'].parameters.$post({ param: { id: String(detail.id) }, json }));
      changed();
      toast({ text: entry('changed') });
      close();
    },
    wordsOf: changedWords,
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

/** Records new parameters beside the earlier ones, which stay. */
export function ChangeParameters(props: DialogProps) {
  const query = useParameters(props.detail.id);
  return (
    <Modal title={`${entry('changeParameters')} · ${props.detail.plate}`} onClose={props.close} wide>
      <Read query={query}>
        {({ entries }) => (
          <>
            <ParametersForm {...props} after={entries[0]?.id ?? 0} />
            <h3>{w('parametersHistory')}</h3>
            <History entries={entries} />
          </>
        )}
      </Read>
    </Modal>
  );
}
