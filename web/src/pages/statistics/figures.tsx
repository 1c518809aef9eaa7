import { w } from '../../i18n/words/statistics.ts';
import { formatCount, formatShare, NO_VALUE, THIN } from '../../model/format.ts';
import { signedShare, threeDigits } from '../../model/statistics.ts';
import { Defined } from '../../ui/term.tsx';
import { type Figure, type Measure, reasonOf, say } from './view.ts';

/** What a figure rests on: truck-days or trucks. */
export function basisText({ basis }: Figure): string {
  return w(basis.of, { n: formatCount(basis.n) });
}

/** A figure alone; where there is none, the reason on hover. */
export function Value({ figure }: { figure: Figure }) {
  if (figure.value !== null) return <>{threeDigits(figure.value)}</>;
  return (
    <span class="data-problem" title={reasonOf(figure.reason)}>
      {NO_VALUE}
    </span>
  );
}

/** A large figure with its definition, unit, valid share, count, and change. */
export function BigFigure({
  measure,
  figure,
  yearChange,
}: {
  measure: Measure;
  figure: Figure;
  /** Change against a year ago; absent: not asked for. */
  yearChange?: number | null;
}) {
  return (
    <div class="big-figure">
      <Defined name={say(measure.name)} formula={say(measure.definition)} />
      <p class="big">
        <Value figure={figure} />
        <span class="unit">
          {THIN}
          {measure.unit}
        </span>
      </p>
      <p class="quiet small">
        {figure.value === null && figure.reason !== null && `${reasonOf(figure.reason)} · `}
        {basisText(figure)}
        {figure.validShare !== null && ` · ${w('valid', { share: formatShare(figure.validShare) })}`}
      </p>
      {yearChange !== undefined && (
        <p class="quiet small">{w('against', { previous: signedShare(figure.change), year: signedShare(yearChange) })}</p>
      )}
    </div>
  );
}
