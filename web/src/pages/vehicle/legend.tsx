import { nameOf } from '../../i18n/index.ts';
import { w } from '../../i18n/words/vehicle.ts';
import { type SeriesSignal, type UnitChart, valueAt } from '../../model/chart-data.ts';
import { formatCount, formatShare, formatValue, THIN } from '../../model/format.ts';

const REASONS = {
  notSent: 'missing_notSent',
  na: 'missing_na',
  error: 'missing_error',
  reserved: 'missing_reserved',
  notReady: 'missing_notReady',
  outOfRange: 'missing_outOfRange',
} as const satisfies Record<string, string>;

/** Why values are missing, in words with counts: `不可用 1 200，未就绪 3`. */
export function reasonsOf(missing: Record<string, number>): string {
  return Object.entries(REASONS)
    .filter(([code]) => (missing[code] ?? 0) > 0)
    .map(([code, key]) => `${w(key)}${THIN}${formatCount(missing[code] ?? 0)}`)
    .join(' · ');
}

function shown(signal: SeriesSignal, row: number | null): string {
  if (row === null) return formatValue(null, 0);
  const { min, max } = valueAt(signal, row);
  const low = formatValue(min, signal.decimals);
  const high = formatValue(max, signal.decimals);
  return low === high ? low : `${low} … ${high}`;
}

/** Names, values under the cursor with unit, and the share of valid samples. */
export function Legend({
  chart,
  colours,
  row,
  samples,
}: {
  chart: UnitChart;
  colours: ReadonlyMap<string, string>;
  row: number | null;
  samples: number;
}) {
  return (
    <ul class="legend">
      {chart.signals.map((signal) => {
        const reasons = reasonsOf(signal.missing);
        const title = w('validTitle', { valid: formatCount(signal.valid), samples: formatCount(samples) });
        return (
          <li key={signal.id}>
            <span class={`swatch swatch${colours.get(signal.id)?.replace('--line', '') ?? ''}`} aria-hidden="true" />
            <span class="name">{nameOf(signal)}</span> <b>{shown(signal, row)}</b> <span class="unit">{signal.unit}</span>
            <span class="quiet share" title={reasons === '' ? title : `${title}\n${w('missingTitle', { reasons })}`}>
              {w('valid', { share: formatShare(signal.validShare) })}
            </span>
            {signal.valid === 0 && samples > 0 && <span class="data-problem">◌ {w('noSignalValues', { reasons })}</span>}
          </li>
        );
      })}
    </ul>
  );
}
