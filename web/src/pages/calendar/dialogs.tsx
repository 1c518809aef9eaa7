import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/calendar.ts';
import { t } from '../../i18n/words/shell.ts';
import { AreaField, ChoiceField, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { toast } from '../../ui/toast.tsx';
import type { Calendar } from './calendar.ts';

interface Props {
  calendar: Calendar;
  close: () => void;
  changed: () => void;
}

/** What one day is. */
export function DayDialog({ day, calendar, close, changed }: Props & { day: string }) {
  const known = calendar.days.find((each) => each.day === day);
  const weekend = [0, 6].includes(new Date(Date.parse(day)).getUTCDay());
  const form = useForm(
    { kind: known?.kind ?? '', nameZh: known?.nameZh ?? '', nameEn: known?.nameEn ?? '' },
    {
      check: (v) => (v.kind === 'off' && v.nameZh.trim() === '' ? { nameZh: w('needed') } : {}),
      send: async (v) => {
        const kind = v.kind === 'off' || v.kind === 'work' ? v.kind : null;
        const nameZh = v.nameZh.trim();
        await take(
          api.calendar.days.$put({
            json: {
              version: calendar.version,
              days: [{ day, kind, ...(nameZh === '' ? {} : { nameZh, nameEn: v.nameEn.trim() || nameZh }) }],
            },
          }),
        );
        toast({ text: t('savedAt') });
        changed();
        close();
      },
    },
  );
  return (
    <Modal title={w('dayTitle', { day })} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        <ChoiceField
          form={form}
          name="kind"
          label={w('dayKind')}
          options={[['', w('ordinary')], ['off', w('off')], ...(weekend ? ([['work', w('work')]] as const) : [])]}
        />
        <TextField form={form} name="nameZh" label={w('nameZh')} />
        <TextField form={form} name="nameEn" label={w('nameEn')} />
        <FormFoot form={form} submit={w('save')}>
          <button type="button" onClick={close}>
            {w('cancel')}
          </button>
        </FormFoot>
      </form>
    </Modal>
  );
}

/** Where the days of a year come from. */
export function YearDialog({ year, calendar, close, changed }: Props & { year: number }) {
  const known = calendar.years.find((each) => each.year === year);
  const form = useForm(
    { source: known?.source ?? '', verified: known?.verified ? 'yes' : 'no' },
    {
      check: (v) => (v.source.trim() === '' ? { source: w('needed') } : {}),
      send: async (v) => {
        await take(
          api.calendar.years.$put({
            json: { version: calendar.version, year, source: v.source.trim(), verified: v.verified === 'yes' },
          }),
        );
        toast({ text: t('savedAt') });
        changed();
        close();
      },
    },
  );
  return (
    <Modal title={String(year)} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        <AreaField form={form} name="source" label={w('yearSource')} rows={2} />
        <ChoiceField
          form={form}
          name="verified"
          label={w('yearVerified')}
          options={[
            ['no', w('no')],
            ['yes', w('yes')],
          ]}
        />
        <FormFoot form={form} submit={w('save')}>
          <button type="button" onClick={close}>
            {w('cancel')}
          </button>
        </FormFoot>
      </form>
    </Modal>
  );
}
