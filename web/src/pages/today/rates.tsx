import type { TermId } from '../../i18n/words/terms.ts';
import { w } from '../../i18n/words/today.ts';
import { formatCount, formatShare, NO_VALUE } from '../../model/format.ts';
import { Term } from '../../ui/term.tsx';
import type { Overview } from './today.ts';

type Rates = Overview['rates'];

const ROWS: readonly { id: keyof Rates; term: TermId; of: 'ofTrucks' | 'ofSamples' }[] = [
  { id: 'connected', term: 'connectedRate', of: 'ofTrucks' },
  { id: 'online', term: 'onlineRate', of: 'ofTrucks' },
  { id: 'transmission', term: 'transmissionRate', of: 'ofSamples' },
  { id: 'valid', term: 'validRate', of: 'ofSamples' },
  { id: 'effective', term: 'effectiveRate', of: 'ofSamples' },
  { id: 'exceedance', term: 'exceedanceRate', of: 'ofTrucks' },
];
/** The site's own target for transmission × validity. */
const TARGET = 0.95;

function Figure({ rates, row }: { rates: Rates; row: (typeof ROWS)[number] }) {
  const { value, part, base } = rates[row.id];
  const short = row.id === 'effective' && value !== null && value < TARGET;
  return (
    <li>
      <b class={short ? 'attention' : ''} title={value === null ? w('noBase') : undefined}>
        {short && <span aria-hidden="true">△ </span>}
        {value === null ? NO_VALUE : formatShare(value)}
      </b>
      <Term id={row.term} />
      <span class="quiet small">
        {value === null ? w('noBase') : w(row.of, { part: formatCount(part), base: formatCount(base) })}
        {row.id === 'effective' && ` · ${w('target')}`}
      </span>
    </li>
  );
}

/** The rates of the last whole day, each with what it is made of and its definition one hover away. */
export function RateStrip({ overview }: { overview: Overview }) {
  const heading = w('rates', { date: overview.day.slice(5) });
  return (
    <section class="section" aria-label={heading}>
      <h2>{heading}</h2>
      <ul class="rates">
        {ROWS.map((row) => (
          <Figure key={row.id} rates={overview.rates} row={row} />
        ))}
      </ul>
    </section>
  );
}
