import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/inspections.ts';
import { formatValue, NO_VALUE, THIN } from '../../model/format.ts';
import { type Inspection, MARKS, wordOf } from './inspections.ts';

/** What a record amounts to, by sign, word and tone. */
export function Judgement({ of }: { of: Inspection['judgement'] }) {
  const { tone, sign } = MARKS[of];
  return (
    <span class={tone}>
      {sign} {wordOf('judgements', of)}
    </span>
  );
}

/** A measured value beside its limit: `NOx 1620 / 1500 ppm`. */
export function Measured({ of }: { of: Inspection['values'][number] }) {
  return (
    <span class={of.over ? 'over nowrap' : 'nowrap'} title={of.limit === null ? w('noLimit') : w(of.over ? 'over' : 'under')}>
      {of[language.value]} {formatValue(of.value, of.decimals)}
      {of.limit !== null && ` / ${formatValue(of.limit, of.decimals)}`}
      {of.unit && (
        <span class="unit">
          {THIN}
          {of.unit}
        </span>
      )}
    </span>
  );
}

/** All values of a record in a line, those above their limit first. */
export function MeasuredList({ of }: { of: Inspection }) {
  const values = [...of.values].sort((a, b) => Number(b.over ?? false) - Number(a.over ?? false));
  if (values.length === 0) return <span class="quiet">{NO_VALUE}</span>;
  return (
    <>
      {values.map((each, i) => (
        <>
          {i > 0 && ' · '}
          <Measured key={each.item} of={each} />
        </>
      ))}
    </>
  );
}
