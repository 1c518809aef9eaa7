import { useSignal } from '@preact/signals';
import { formatValue, NO_VALUE, THIN } from '../../model/format.ts';
import { roundAxis } from '../../model/round-axis.ts';
import { narrow } from '../../ui/window.ts';

const HEIGHT = 120;
const LEFT = 48;
const TOP = 8;
const FOOT = 18;

/** A value of a day; null with why there is none. */
export interface DayValue {
  date: string;
  value: number | null;
  why: string;
  /** What stands beside it: share of valid data, class. */
  note: string;
}

/** One figure over days: a dot a day, a line where days follow each other, nothing where there is none. */
export function DayChart({
  title,
  unit,
  digits,
  days,
  dates,
  level,
}: {
  title: string;
  unit: string;
  digits: number;
  days: readonly DayValue[];
  dates: readonly string[];
  level?: { value: number; words: string } | undefined;
}) {
  const over = useSignal<number | null>(null);
  const width = narrow.value ? 360 : 900;
  const byDate = new Map(days.map((day) => [day.date, day]));
  const known = days.flatMap(({ value }) => (value === null ? [] : [value]));
  const { top, digits: axisDigits } = roundAxis(Math.max(level?.value ?? 0, ...known, 0), unit);
  const step = (width - LEFT - 8) / Math.max(1, dates.length);
  const x = (i: number) => LEFT + (i + 0.5) * step;
  const y = (value: number) => TOP + (1 - Math.max(0, value) / top) * (HEIGHT - TOP - FOOT);
  const at = over.value ?? dates.findLastIndex((date) => byDate.get(date)?.value != null);
  const shown = byDate.get(dates[at] ?? '');
  const line = dates.map((date) => byDate.get(date)?.value ?? null);
  const every = Math.ceil(64 / step);
  return (
    <figure class="day-chart">
      <figcaption>
        <b>{title}</b>{' '}
        {at >= 0 && (
          <>
            <span class="quiet">{dates[at]?.slice(5)}</span>{' '}
            <b>{shown?.value == null ? NO_VALUE : `${formatValue(shown.value, digits)}${THIN}${unit}`}</b>{' '}
            <span class="quiet small">{shown === undefined || shown.value === null ? (shown?.why ?? '') : shown.note}</span>
          </>
        )}
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${HEIGHT}`}
        role="img"
        aria-label={title}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const i = Math.floor((((event.clientX - box.left) / box.width) * width - LEFT) / step);
          over.value = i >= 0 && i < dates.length ? i : null;
        }}
        onPointerLeave={() => (over.value = null)}
      >
        {[0, top / 2, top].map((value) => (
          <g key={value}>
            <line class="grid" x1={LEFT} x2={width} y1={y(value)} y2={y(value)} />
            <text x={LEFT - 6} y={y(value) + 4} text-anchor="end">
              {formatValue(value, axisDigits)}
            </text>
          </g>
        ))}
        {dates.map((date, i) =>
          i % every === 0 ? (
            <text key={date} x={x(i)} y={HEIGHT - 4} text-anchor="middle">
              {date.slice(5)}
            </text>
          ) : null,
        )}
        {level && (
          <g class="over">
            <line class="level-line" x1={LEFT} x2={width} y1={y(level.value)} y2={y(level.value)} />
            <text x={width} y={y(level.value) - 3} text-anchor="end">
              {level.words}
            </text>
          </g>
        )}
        {over.value !== null && <line class="cursor" x1={x(over.value)} x2={x(over.value)} y1={TOP} y2={HEIGHT - FOOT} />}
        {line.map((value, i) => {
          const next = line[i + 1];
          return value !== null && next != null ? (
            <line key={dates[i]} class="day-line" x1={x(i)} y1={y(value)} x2={x(i + 1)} y2={y(next)} />
          ) : null;
        })}
        {line.map((value, i) =>
          value === null ? null : <circle key={dates[i]} class="day-dot" cx={x(i)} cy={y(value)} r="2.6" />,
        )}
      </svg>
    </figure>
  );
}
