import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/statistics.ts';
import { formatCount, formatShare, NO_VALUE, THIN } from '../../model/format.ts';
import { signedShare, threeDigits, yearOfMonths } from '../../model/statistics.ts';
import { useQuery } from '../../state/query.ts';
import { Read } from '../../ui/states.tsx';
import { Defined } from '../../ui/term.tsx';
import { type Bar, LyingBars, StandingBars } from './bars.tsx';
import { BigFigure, basisText } from './figures.tsx';
import { Notices } from './notices.tsx';
import { RangeBar } from './range.tsx';
import { catalogue, fetchTable, rangeNow, reasonOf, say, type Table, todayNow, trucksNow, view } from './view.ts';

const MANY = [
  'noxKg',
  'noxFilledKg',
  'noxKgPerDay',
  'distanceKm',
  'co2Kg',
  'noxGPerKwh',
  'noxGPerKm',
  'exceedanceRate',
  'exceedanceA2Rate',
];
const FACTOR = 'noxGPerKm';
const MOST_LISTED = 8;

function useTable(query: { from: string; to: string; measures: string; by?: string; compare?: 'previous' | 'year' }) {
  return useQuery(`table ${JSON.stringify(query)}`, (abort) => fetchTable(query, abort), { keep: true });
}

/** Bars of a table's first measure. */
function barsOf(table: Table, href?: (value: string | number) => string): Bar[] {
  return table.rows.map(({ keys: [key], figures: [figure] }) => ({
    key: String(key?.value),
    label: key ? say(key.label) : '',
    value: figure?.value ?? null,
    title: figure
      ? [
          figure.value === null ? reasonOf(figure.reason) : '',
          basisText(figure),
          figure.validShare === null ? '' : w('valid', { share: formatShare(figure.validShare) }),
        ]
          .filter(Boolean)
          .join(' · ')
      : '',
    href: key?.value == null ? undefined : href?.(key.value),
  }));
}

function Totals({ table, year }: { table: Table; year: Table | null }) {
  return (
    <>
      <section class="section" aria-label={w('howMuch')}>
        <h2>{w('howMuch')}</h2>
        <div class="big-figures">
          {table.measures.slice(0, 7).map((measure, i) => {
            const figure = table.total[i];
            return (
              figure && (
                <BigFigure key={measure.id} measure={measure} figure={figure} yearChange={year?.total[i]?.change ?? null} />
              )
            );
          })}
        </div>
      </section>
      <section class="section" aria-label={w('overLimit')}>
        <h2>{w('overLimit')}</h2>
        <div class="big-figures">
          {table.measures.slice(7).map((measure, i) => {
            const figure = table.total[i + 7];
            return figure && <BigFigure key={measure.id} measure={measure} figure={figure} />;
          })}
        </div>
      </section>
    </>
  );
}

function Better() {
  const today = todayNow();
  const months = useTable({ ...trucksNow(), from: yearOfMonths(today), to: today, measures: FACTOR, by: 'month' });
  return (
    <Read query={months}>
      {(table) => (
        <>
          <MeasureHead table={table} more={w('last12')} />
          <StandingBars bars={barsOf(table)} unit={table.measures[0]?.unit ?? ''} label={w('better')} />
        </>
      )}
    </Read>
  );
}

function MeasureHead({ table, more }: { table: Table; more?: string }) {
  const [measure] = table.measures;
  if (!measure) return null;
  return (
    <p class="small">
      <Defined name={say(measure.name)} formula={say(measure.definition)} />{' '}
      <span class="quiet">{`${measure.unit}${more ? ` · ${more}` : ''}`}</span>
    </p>
  );
}

function Who() {
  const range = rangeNow();
  const trucks = useTable({ ...range, measures: 'noxKg', by: 'vehicle' });
  const ranking = useQuery(
    `ranking ${JSON.stringify(range)} ${view.value.rank}`,
    (abort) => take(api.statistics.ranking.$get({ query: { ...range, measure: view.value.rank } }, { init: { signal: abort } })),
    { keep: true },
  );
  const kg = ranking.data.value?.concentration.kg;
  return (
    <Read query={trucks}>
      {(table) => (
        <>
          <MeasureHead table={table} />
          <LyingBars
            bars={barsOf({ ...table, rows: table.rows.slice(0, MOST_LISTED) }, (id) => `/vehicles/${id}`)}
            unit="kg"
            label={w('who')}
          />
          {kg && kg.topShare !== null && (
            <p class="quiet small">
              {w('topShare', { share: formatShare(kg.topShare), gini: kg.gini === null ? NO_VALUE : kg.gini.toFixed(2) })}
            </p>
          )}
          <a class="small" href={`/statistics/ranking${view.query()}`}>
            {w('allOf')} →
          </a>
        </>
      )}
    </Read>
  );
}

function Grouped({ by, measure, standing }: { by: string; measure: string; standing: boolean }) {
  const table = useTable({ ...rangeNow(), measures: measure, by });
  const Bars = standing ? StandingBars : LyingBars;
  return (
    <Read query={table}>
      {(data) => (
        <>
          <MeasureHead table={data} />
          <Bars
            bars={barsOf({ ...data, rows: data.rows.slice(0, 24) })}
            unit={data.measures[0]?.unit ?? ''}
            label={data.measures[0] ? say(data.measures[0].name) : ''}
          />
        </>
      )}
    </Read>
  );
}

function Quality() {
  const range = rangeNow();
  const contract = useQuery(
    `contract ${JSON.stringify(range)}`,
    (abort) => take(api.statistics.contract.$get({ query: range }, { init: { signal: abort } })),
    { keep: true },
  );
  const rates = useTable({ ...range, measures: 'onlineRate,connectedRate,validRate,noxValidShare', compare: 'previous' });
  return (
    <Read query={contract}>
      {({ figures, open }) => (
        <table class="plain-table">
          <tbody>
            {figures.map((figure) => (
              <tr key={figure.id}>
                <th scope="row">
                  <Defined name={say(figure.name)} formula={say(figure.definition)} />
                </th>
                <td class="num" title={figure.reason ? say(figure.reason) : undefined}>
                  {threeDigits(figure.value)}
                  {THIN}
                  {figure.unit}
                </td>
                <td class={figure.met === false ? 'attention' : 'quiet'}>
                  {w('target', { target: w(figure.target.sense, { value: figure.target.value }) })}
                  {figure.met !== null && ` · ${figure.met ? `✓ ${w('met')}` : `△ ${w('notMet')}`}`}
                </td>
              </tr>
            ))}
            {rates.data.value?.measures.map((measure, i) => {
              const figure = rates.data.value?.total[i];
              return (
                <tr key={measure.id}>
                  <th scope="row">
                    <Defined name={say(measure.name)} formula={say(measure.definition)} />
                  </th>
                  <td class="num" title={reasonOf(figure?.reason ?? null)}>
                    {threeDigits(figure?.value)}
                    {THIN}
                    {measure.unit}
                  </td>
                  <td class="quiet">
                    {w('compareprevious')} {signedShare(figure?.change ?? null)}
                  </td>
                </tr>
              );
            })}
            {open > 0 && (
              <tr>
                <td colSpan={3} class="data-problem">
                  ◌ {w('outagesOpen', { n: open })}
                </td>
              </tr>
            )}
          </tbody>
        </table>
      )}
    </Read>
  );
}

function Fleet() {
  const fleet = catalogue.value?.fleet;
  if (!fleet) return null;
  return (
    <>
      <p class="small quiet">{w('trucks', { n: formatCount(fleet.trucks) })}</p>
      <div class="composition">
        {(['stage', 'model', 'district', 'use'] as const).map((fact) => (
          <LyingBars
            key={fact}
            label={w(fact)}
            unit=""
            bars={(fleet.facts[fact] ?? []).slice(0, 6).map(({ value, trucks }) => ({
              key: value ?? '',
              label: value ?? NO_VALUE,
              value: trucks,
              title: w('trucks', { n: trucks }),
            }))}
          />
        ))}
      </div>
    </>
  );
}

/** The usual questions, answered without building anything. */
export function Overview() {
  const range = rangeNow();
  const now = useTable({ ...range, measures: MANY.join(), compare: 'previous' });
  const year = useTable({ ...range, measures: MANY.join(), compare: 'year' });
  return (
    <>
      <RangeBar />
      <Read query={now}>
        {(table) => (
          <>
            <Notices table={table} />
            <Totals table={table} year={year.data.value} />
          </>
        )}
      </Read>
      <div class="sections">
        <section class="section" aria-label={w('better')}>
          <h2>{w('better')}</h2>
          <Better />
        </section>
        <section class="section" aria-label={w('who')}>
          <h2>{w('who')}</h2>
          <Who />
        </section>
        <section class="section" aria-label={w('when')}>
          <h2>{w('when')}</h2>
          <Grouped by="hour" measure="noxKg" standing />
        </section>
        <section class="section" aria-label={w('where')}>
          <h2>{w('where')}</h2>
          <Grouped by="district" measure="noxKg" standing={false} />
          <a class="small" href={`/statistics/map${view.query()}`}>
            {w('map')} →
          </a>
        </section>
        <section class="section" aria-label={w('howGood')}>
          <h2>{w('howGood')}</h2>
          <Quality />
        </section>
        <section class="section" aria-label={w('fleet')}>
          <h2>{w('fleet')}</h2>
          <Fleet />
        </section>
      </div>
    </>
  );
}
