import { useSignal } from '@preact/signals';
import '../../styles/cases.css';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/calendar.ts';
import { isoBeijing } from '../../model/format.ts';
import { word } from '../../model/view-fields.ts';
import { Page } from '../../shell/page.tsx';
import { serverNow } from '../../state/clock.ts';
import { pageView } from '../../state/place.ts';
import { useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { Read } from '../../ui/states.tsx';
import type { Calendar } from './calendar.ts';
import { DayDialog, YearDialog } from './dialogs.tsx';
import { Periods } from './periods.tsx';

const view = pageView({ year: word(/^20\d\d$/, '') });

const pad = (n: number): string => String(n).padStart(2, '0');
/** Monday is 0. */
const weekday = (day: string): number => (new Date(Date.parse(day)).getUTCDay() + 6) % 7;
/** The month's own name in the language now shown. */
const nameOfMonth = (year: number, month: number): string =>
  new Intl.DateTimeFormat(language.value === 'zh' ? 'zh-CN' : 'en-GB', { month: 'long', timeZone: 'UTC' }).format(
    Date.UTC(year, month - 1, 1),
  );

const daysOf = (year: number, month: number): string[] =>
  Array.from({ length: new Date(Date.UTC(year, month, 0)).getUTCDate() }, (_, i) => `${year}-${pad(month)}-${pad(i + 1)}`);

function Month({
  year,
  month,
  calendar,
  open,
}: {
  year: number;
  month: number;
  calendar: Calendar;
  open: (day: string) => void;
}) {
  const days = daysOf(year, month);
  const named = new Map(calendar.days.map((each) => [each.day, each]));
  return (
    <div class="month">
      <h2>{nameOfMonth(year, month)}</h2>
      {[...w('weekdays')].map((each, i) => (
        <span key={i} class="quiet small" aria-hidden="true">
          {each}
        </span>
      ))}
      {Array.from({ length: weekday(days[0] ?? '') }, (_, i) => (
        <span key={`gap${i}`} />
      ))}
      {days.map((day) => {
        const of = named.get(day);
        const off = of ? of.kind === 'off' : weekday(day) > 4;
        const name = of
          ? `${language.value === 'zh' ? of.nameZh : of.nameEn} · ${w(of.kind === 'off' ? 'legendOff' : 'legendWork')}`
          : undefined;
        return (
          <button
            key={day}
            type="button"
            class={[off ? 'off' : 'work', of ? 'named' : ''].filter(Boolean).join(' ')}
            title={name}
            aria-label={`${Number(day.slice(8))} · ${name ? `${day} ${name}` : day}`}
            disabled={!may('calendar.manage')}
            onClick={() => open(day)}
          >
            {Number(day.slice(8))}
          </button>
        );
      })}
    </div>
  );
}

function YearHead({ year, calendar, enter }: { year: number; calendar: Calendar; enter: () => void }) {
  const known = calendar.years.find((each) => each.year === year);
  return (
    <section class="section">
      {known ? (
        <p>
          {known.verified
            ? `✓ ${w('verifiedBy', { name: known.updatedBy })}`
            : `△ ${known.updatedBy === 'plume' ? w('shipped') : w('enteredBy', { name: known.updatedBy })}`}
          <br />
          <span class="quiet">{w('source', { source: known.source })}</span>
        </p>
      ) : (
        <p class="attention">△ {w('unknown')}</p>
      )}
      <p class="quiet small month-legend">
        <span>
          {w('legendOff')} <s>1</s>
        </span>{' '}
        · <b>{w('legendWork')}</b> · {w('legendWeekend')}
        {may('calendar.manage') && ` · ${w('howTo')}`}
      </p>
      {may('calendar.manage') && (
        <p class="form-foot">
          <button type="button" onClick={enter}>
            {w('enterYear')}
          </button>
        </p>
      )}
    </section>
  );
}

/** The calendar of working days, year by year, and the periods that are counted by it. */
export function CalendarPage() {
  const day = useSignal<string | null>(null);
  const entering = useSignal(false);
  const query = useQuery('calendar', (abort) => take(api.calendar.$get({}, { init: { signal: abort } })), { keep: true });
  const thisYear = Number(isoBeijing(serverNow()).slice(0, 4));
  const year = Number(view.value.year || thisYear);
  const years = [...new Set([...(query.data.value?.years.map((each) => each.year) ?? []), thisYear, thisYear + 1])].sort();
  const changed = () => query.again();
  return (
    <Page
      title={w('title')}
      back="/system"
      finder={may('fleet.read')}
      facts={
        <nav class="choice" aria-label={w('years')}>
          {years.map((each) => (
            <a
              key={each}
              href={`/calendar${view.query({ year: String(each) })}`}
              aria-current={year === each ? 'page' : undefined}
            >
              {each}
            </a>
          ))}
        </nav>
      }
    >
      <Scroll>
        <Read query={query}>
          {(calendar) => (
            <>
              <YearHead year={year} calendar={calendar} enter={() => (entering.value = true)} />
              <section class="section months">
                {Array.from({ length: 12 }, (_, i) => (
                  <Month key={i} year={year} month={i + 1} calendar={calendar} open={(each) => (day.value = each)} />
                ))}
              </section>
              <Periods key={calendar.periodsVersion} calendar={calendar} changed={changed} />
              {day.value !== null && (
                <DayDialog day={day.value} calendar={calendar} close={() => (day.value = null)} changed={changed} />
              )}
              {entering.value && (
                <YearDialog year={year} calendar={calendar} close={() => (entering.value = false)} changed={changed} />
              )}
            </>
          )}
        </Read>
      </Scroll>
    </Page>
  );
}
