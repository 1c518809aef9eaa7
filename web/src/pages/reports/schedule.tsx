import { useSignal } from '@preact/signals';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/reports.ts';
import { dayTime } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { may, me } from '../../state/session.ts';
import { FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { Read } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { KINDS, type Schedule } from './reports.ts';

const two = (n: number) => String(n).padStart(2, '0');

function ScheduleForm({ of: { schedule, version }, again }: { of: Schedule; again: () => void }) {
  const on = useSignal({
    day: schedule.day,
    month: schedule.month,
    year: schedule.year,
    perDistrict: schedule.perDistrict,
    revise: schedule.revise,
  });
  const form = useForm<Record<'atMinute' | 'monthDay' | 'yearDay', string>>(
    {
      atMinute: `${two(Math.floor(schedule.atMinute / 60))}:${two(schedule.atMinute % 60)}`,
      monthDay: String(schedule.monthDay),
      yearDay: schedule.yearDay,
    },
    {
      check: ({ atMinute, monthDay, yearDay }) => ({
        ...(/^([01]\d|2[0-3]):[0-5]\d$/.test(atMinute) ? {} : { atMinute: w('badTime') }),
        ...(/^([1-9]|1\d|2[0-8])$/.test(monthDay) ? {} : { monthDay: w('badMonthDay') }),
        ...(/^(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$/.test(yearDay) ? {} : { yearDay: w('badYearDay') }),
      }),
      send: async ({ atMinute, monthDay, yearDay }) => {
        const [hour = 0, minute = 0] = atMinute.split(':').map(Number);
        const next = { ...on.value, atMinute: hour * 60 + minute, monthDay: Number(monthDay), yearDay };
        await take(api['report-schedule'].$put({ json: { version, schedule: next } }));
        toast({ text: w('saved') });
        again();
      },
      wordsOf: (code) => (code === 'CHANGED' ? w('changedElsewhere') : undefined),
    },
  );
  const fixed = !may('reports.issue') || me.value?.districts != null;
  const Check = ({ name, label, hint }: { name: keyof typeof on.value; label: string; hint?: string }) => (
    <label class="check">
      <input
        type="checkbox"
        checked={on.value[name]}
        disabled={fixed}
        onChange={(event) => {
          on.value = { ...on.value, [name]: event.currentTarget.checked };
        }}
      />
      {label} {hint && <span class="quiet small">{hint}</span>}
    </label>
  );
  return (
    <form class="report-schedule" onSubmit={form.submit} noValidate>
      <p class="quiet">{w('scheduleText')}</p>
      {KINDS.map((kind) => {
        const since = schedule.since[kind];
        const hint = since === null ? {} : { hint: w('since', { time: dayTime(Date.parse(since), now.value) }) };
        return <Check key={kind} name={kind} label={w(`${kind}On`)} {...hint} />;
      })}
      <div class="report-times">
        <TextField form={form} name="atMinute" label={w('at')} input={{ disabled: fixed }} />
        <TextField form={form} name="monthDay" label={w('monthDay')} input={{ disabled: fixed, inputMode: 'numeric' }} />
        <TextField form={form} name="yearDay" label={w('yearDay')} input={{ disabled: fixed }} />
      </div>
      <Check name="perDistrict" label={w('perDistrict')} />
      <Check name="revise" label={w('reviseOn')} />
      {!fixed && <FormFoot form={form} submit={w('save')} />}
    </form>
  );
}

/** Which reports are made by themselves. */
export function SchedulePart() {
  const query = useQuery('report schedule', (abort) => take(api['report-schedule'].$get({}, { init: { signal: abort } })));
  return (
    <Scroll>
      <Read query={query}>{(of) => <ScheduleForm key={of.version} of={of} again={query.again} />}</Read>
    </Scroll>
  );
}
