import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/calendar.ts';
import { t } from '../../i18n/words/shell.ts';
import { may } from '../../state/session.ts';
import { FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { toast } from '../../ui/toast.tsx';
import type { Calendar } from './calendar.ts';

const BOUNDS = {
  verify: 60,
  notice: 60,
  repair: 180,
  retest: 60,
  closing: 60,
  objection: 60,
  closeWithin: 250,
  dueSoon: 30,
} as const;
type Period = keyof typeof BOUNDS;
const PERIODS: readonly Period[] = ['verify', 'notice', 'repair', 'retest', 'closing', 'objection', 'closeWithin', 'dueSoon'];

/** How long the steps of cases may take. */
export function Periods({ calendar, changed }: { calendar: Calendar; changed: () => void }) {
  const first = Object.fromEntries(PERIODS.map((name) => [name, String(calendar.periods[name])])) as Record<Period, string>;
  const form = useForm(first, {
    check: (v) =>
      Object.fromEntries(
        PERIODS.flatMap((name) => {
          const value = Number(v[name]);
          const fine = v[name].trim() !== '' && Number.isInteger(value) && value >= 1 && value <= BOUNDS[name];
          return fine ? [] : [[name, w('range', { min: 1, max: BOUNDS[name] })]];
        }),
      ),
    send: async (v) => {
      const periods = Object.fromEntries(PERIODS.map((name) => [name, Number(v[name])])) as Record<Period, number>;
      await take(api.settings.cases.$put({ json: { version: calendar.periodsVersion, periods } }));
      toast({ text: t('savedAt') });
      changed();
    },
    wordsOf: (code) => (code === 'CHANGED' ? t('changedElsewhere') : undefined),
  });
  return (
    <section class="section">
      <h2>{w('periods')}</h2>
      <p class="quiet">
        {w('periodsNote')} {calendar.periodsBy !== null && w('periodsSetBy', { name: calendar.periodsBy })}
      </p>
      {may('calendar.manage') ? (
        <form onSubmit={form.submit} noValidate>
          <div class="field-row">
            {PERIODS.map((name) => (
              <TextField
                key={name}
                form={form}
                name={name}
                label={w(name)}
                unit={w('workingDays')}
                input={{ inputMode: 'numeric' }}
              />
            ))}
          </div>
          <FormFoot form={form} submit={w('save')} />
        </form>
      ) : (
        <dl class="facts-list">
          {PERIODS.map((name) => (
            <>
              <dt>{w(name)}</dt>
              <dd>{calendar.periods[name]}</dd>
            </>
          ))}
        </dl>
      )}
    </section>
  );
}
