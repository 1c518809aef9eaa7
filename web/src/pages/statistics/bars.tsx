import { THIN } from '../../model/format.ts';
import { threeDigits } from '../../model/statistics.ts';

/** One bar: its name, its value with what it rests on in words, and where it leads. */
export interface Bar {
  readonly key: string;
  readonly label: string;
  readonly value: number | null;
  /** Told on hover: reason, valid share, count. */
  readonly title: string;
  readonly href?: string | undefined;
}

/** Bars lying below one another, longest first or in their order: for values without a sequence. */
export function LyingBars({ bars, unit, label }: { bars: readonly Bar[]; unit: string; label: string }) {
  const most = Math.max(...bars.map(({ value }) => value ?? 0), 0);
  return (
    <ul class="lying-bars" aria-label={label}>
      {bars.map(({ key, label: name, value, title, href }) => (
        <li key={key} title={title}>
          <span class="bar-name">{href === undefined ? name : <a href={href}>{name}</a>}</span>
          <span class="bar-track" aria-hidden="true">
            <span
              class={value === null ? 'bar-none' : 'bar-fill'}
              style={{ width: value === null ? '100%' : `${most > 0 ? Math.max(0, (100 * value) / most) : 0}%` }}
            />
          </span>
          <span class="bar-value">
            {threeDigits(value)}
            <span class="unit">
              {THIN}
              {unit}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}

const MOST_LABELS = 13;

/** Columns side by side: for values that follow one another. Where there is no value stands a hatched one. */
export function StandingBars({ bars, unit, label }: { bars: readonly Bar[]; unit: string; label: string }) {
  const most = Math.max(...bars.map(({ value }) => value ?? 0), 0);
  const every = Math.max(1, Math.ceil(bars.length / MOST_LABELS));
  return (
    <figure class="standing-bars" aria-label={label}>
      <p class="quiet small bar-top">
        {threeDigits(most)}
        {THIN}
        {unit}
      </p>
      <ol>
        {bars.map(({ key, label: name, value, title, href }, i) => {
          const fill = (
            <span
              class={value === null ? 'bar-none' : 'bar-fill'}
              style={{ height: value === null ? '100%' : `${most > 0 ? Math.max(0, (100 * value) / most) : 0}%` }}
            />
          );
          return (
            <li key={key} title={`${name}: ${threeDigits(value)} ${unit}\n${title}`}>
              {href === undefined ? (
                fill
              ) : (
                <a href={href} aria-label={name} class="bar-link">
                  {fill}
                </a>
              )}
              <span class="bar-label small" aria-hidden={i % every !== 0}>
                {i % every === 0 ? name : ''}
              </span>
            </li>
          );
        })}
      </ol>
    </figure>
  );
}
