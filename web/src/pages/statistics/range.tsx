import { w } from '../../i18n/words/statistics.ts';
import { daysOf, PERIODS } from '../../model/statistics.ts';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { catalogue, FACTS, todayNow, view } from './view.ts';

/** Days and trucks that the page is about. */
export function RangeBar({ days = true }: { days?: boolean }) {
  const { period, from, to, vehicles } = view.value;
  const shown = daysOf(period, todayNow(), { from, to });
  const own = (change: { from?: string; to?: string }) => view.show({ period: 'own', ...shown, ...change }, 'replace');
  return (
    <FilterBar class="range-row" active={FACTS.filter((fact) => view.value[fact] !== '').length}>
      {days && (
        <>
          <label class="small stays">
            <span class="quiet">{w('period')}</span>{' '}
            <select
              value={period}
              onChange={(event) => {
                const next = PERIODS.find((each) => each === event.currentTarget.value) ?? '30d';
                view.show({ period: next, ...(next === 'own' ? shown : { from: '', to: '' }) });
              }}
            >
              {PERIODS.map((each) => (
                <option key={each} value={each}>
                  {w(`p${each}`)}
                </option>
              ))}
            </select>
          </label>
          <input
            type="date"
            aria-label={w('from')}
            value={shown.from}
            max={shown.to}
            onChange={(event) => event.currentTarget.value && own({ from: event.currentTarget.value })}
          />
          <span class="quiet">–</span>
          <input
            type="date"
            aria-label={w('to')}
            value={shown.to}
            min={shown.from}
            max={todayNow()}
            onChange={(event) => event.currentTarget.value && own({ to: event.currentTarget.value })}
          />
        </>
      )}
      {FACTS.map((fact) => {
        const values = catalogue.value?.fleet.facts[fact]?.filter(({ value }) => value !== null) ?? [];
        if (values.length < 2 && view.value[fact] === '') return null;
        return (
          <select
            key={fact}
            aria-label={w(fact)}
            value={view.value[fact]}
            onChange={(event) => view.show({ [fact]: event.currentTarget.value })}
          >
            <option value="">{w(fact)}</option>
            {values.map(({ value, trucks }) => (
              <option key={value} value={value ?? ''}>
                {`${value} (${trucks})`}
              </option>
            ))}
          </select>
        );
      })}
      {vehicles !== '' && (
        <button type="button" onClick={() => view.show({ vehicles: '' })} title={w('allTrucks')}>
          {w('vehiclesOnly', { n: vehicles.split(',').length })} ✕
        </button>
      )}
    </FilterBar>
  );
}
