import { useEffect, useMemo, useRef } from 'preact/hooks';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/history.ts';
import { calendarPlace, datesBetween } from '../../model/beijing-days.ts';
import { formatCount, formatShare, formatValue } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { Failed } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';
import { DayDetail } from './day-detail.tsx';
import { type TruckDay, today, useYear } from './history.ts';
import { view } from './truck.ts';
import { type DayVerdict, SIGNS, verdictOf } from './verdict.ts';

const CELL = 17;
const TOP = 18;
const LEFT = 24;
const ORDER: readonly DayVerdict[] = ['probable', 'suspected', 'attention', 'fault', 'clear', 'notEvaluated', 'parked'];

function Cells({
  vehicleId,
  year,
  days,
  chosen,
}: {
  vehicleId: number;
  year: string;
  days: ReadonlyMap<string, TruckDay>;
  chosen: string | undefined;
}) {
  const dates = datesBetween(`${year}-01-01`, `${year}-12-31`);
  const weeks = calendarPlace(`${year}-12-31`).week + 1;
  return (
    <svg class="year" viewBox={`0 0 ${LEFT + weeks * CELL} ${TOP + 7 * CELL + 2}`}>
      <title>{w('yearOf', { year })}</title>
      {(['mon', 'wed', 'fri', 'sun'] as const).map((name, i) => (
        <text key={name} class="label" x={LEFT - 5} y={TOP + 2 * i * CELL + 12} text-anchor="end">
          {w(name)}
        </text>
      ))}
      {Array.from({ length: 12 }, (_, i) => `${year}-${String(i + 1).padStart(2, '0')}-01`).map((first) => (
        <text
          key={first}
          class="label"
          x={LEFT + (calendarPlace(first).week + (calendarPlace(first).weekday > 0 ? 1 : 0)) * CELL}
          y="12"
        >
          {w('month', { n: Number(first.slice(5, 7)) })}
        </text>
      ))}
      {dates.map((date) => {
        const { week, weekday } = calendarPlace(date);
        const [x, y] = [LEFT + week * CELL, TOP + weekday * CELL];
        const day = days.get(date);
        if (!day) return <rect key={date} class="nothing" x={x + 1} y={y + 1} width={CELL - 3} height={CELL - 3} rx="2" />;
        const verdict = verdictOf(day);
        const { mark, tone } = SIGNS[verdict];
        const words = `${date} ${w(verdict)}`;
        return (
          <a
            key={date}
            href={pathOf('vehicles', vehicleId) + view.query({ day: date })}
            aria-label={words}
            aria-current={date === chosen ? 'date' : undefined}
          >
            <title>{words}</title>
            <rect class={`cell ${verdict}`} x={x + 0.5} y={y + 0.5} width={CELL - 2} height={CELL - 2} rx="2" />
            <text class={`sign ${tone}`} x={x + CELL / 2 - 0.5} y={y + CELL / 2 + 3.5} text-anchor="middle">
              {mark}
            </text>
          </a>
        );
      })}
    </svg>
  );
}

function DayTable({ vehicleId, days }: { vehicleId: number; days: readonly TruckDay[] }) {
  return (
    <Scroll across>
      <table class="plain-table day-table">
        <thead>
          <tr>
            <th scope="col">{w('date')}</th>
            <th scope="col">{w('verdict')}</th>
            <th scope="col" class="num">
              <Term id="p90">{w('p90')}</Term> <span class="unit">g/kWh</span>
            </th>
            <th scope="col" class="num">
              <Term id="hotValidRate">{w('noxValid')}</Term>
            </th>
            <th scope="col" class="num">
              <Term id="transmissionRate">{w('transmission')}</Term>
            </th>
            <th scope="col" class="num">
              {w('distance')} <span class="unit">km</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {days.map((day) => {
            const verdict = verdictOf(day);
            return (
              <tr key={day.date}>
                <th scope="row">
                  <a class="link" href={pathOf('vehicles', vehicleId) + view.query({ day: day.date })}>
                    {day.date}
                  </a>
                </th>
                <td class={SIGNS[verdict].tone}>
                  {SIGNS[verdict].mark} {w(verdict)}
                </td>
                <td class="num">{formatValue(day.figures.p90GPerKwh, 2)}</td>
                <td class="num">{formatShare(day.figures.noxValidShare)}</td>
                <td class="num">{formatShare(day.figures.transmissionRate)}</td>
                <td class="num">{formatValue(day.figures.distanceKm, 0)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}

/** A year of a truck, one cell a day: its verdict by shape and tone; below it the day that is chosen, with what every rule said. */
export function Calendar({ vehicleId }: { vehicleId: number }) {
  const { table, day } = view.value;
  const thisYear = today().slice(0, 4);
  const year = view.value.year === '' ? thisYear : view.value.year;
  const box = useRef<HTMLElement>(null);
  const query = useYear(vehicleId, year);
  const rows = query.data.value ?? [];
  const days = useMemo(() => new Map(rows.map((each) => [each.date, each])), [rows, language.value]);
  const counts = new Map<DayVerdict, number>();
  for (const each of rows) counts.set(verdictOf(each), (counts.get(verdictOf(each)) ?? 0) + 1);
  const newest = rows[0]?.date;
  // Until a day is chosen, the newest of which something can be said.
  const shown = day !== '' ? day : (rows.find((each) => verdictOf(each) !== 'parked')?.date ?? newest);
  useEffect(() => {
    // On a narrow screen the newest days are in sight first.
    const element = box.current;
    if (!element || newest === undefined) return;
    const share = calendarPlace(newest).week / calendarPlace(`${year}-12-31`).week;
    element.scrollLeft = share * element.scrollWidth - element.clientWidth * 0.8;
  }, [newest, year, table]);
  const step = (by: number) => view.show({ year: String(Number(year) + by) });
  return (
    <>
      <div class="bar">
        <button type="button" onClick={() => step(-1)} aria-label={w('earlier')} title={w('earlier')}>
          ←
        </button>
        <b class="period-words">{year}</b>
        <button type="button" disabled={year >= thisYear} onClick={() => step(1)} aria-label={w('later')} title={w('later')}>
          →
        </button>
        <ul class="signs">
          {ORDER.filter((each) => counts.has(each)).map((each) => (
            <li key={each}>
              <span class={SIGNS[each].tone} aria-hidden="true">
                {SIGNS[each].mark}
              </span>{' '}
              {w(each)} <b>{formatCount(counts.get(each) ?? 0)}</b>
            </li>
          ))}
        </ul>
        <span class="fill" />
        <button type="button" aria-pressed={table} onClick={() => view.show({ table: !table }, 'replace')}>
          {w(table ? 'asChart' : 'asTable')}
        </button>
      </div>
      <Failed query={query} />
      {query.data.value !== null && rows.length === 0 && <p class="hint quiet">{w('noDays', { year })}</p>}
      {rows.length > 0 &&
        (table ? (
          <DayTable vehicleId={vehicleId} days={rows} />
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1)
          <section class="year-box" ref={box} tabIndex={0} aria-label={w('yearOf', { year })}>
            <Cells vehicleId={vehicleId} year={year} days={days} chosen={shown} />
          </section>
        ))}
      {shown !== undefined && <DayDetail key={shown} vehicleId={vehicleId} date={shown} />}
    </>
  );
}
