import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/statistics.ts';
import { formatCount, formatShare, NO_VALUE } from '../../model/format.ts';
import { threeDigits } from '../../model/statistics.ts';
import { useQuery } from '../../state/query.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Empty, Read } from '../../ui/states.tsx';
import { RangeBar } from './range.tsx';
import { measureOf, RANKED, rangeNow, say, view } from './view.ts';

type Ranked = InferResponseType<typeof api.statistics.ranking.$get, 200>;
type Row = Ranked['trucks'][number];

/** Value and interval of a truck on one scale for all. */
export function IntervalMark({ value, low, high, most }: { value: number; low: number; high: number; most: number }) {
  const at = (x: number) => `${most > 0 ? Math.max(0, Math.min(100, (100 * x) / most)) : 0}%`;
  return (
    <span class="interval" aria-hidden="true">
      <span class="interval-line" style={{ left: at(low), width: `calc(${at(high)} - ${at(low)})` }} />
      <span class="interval-dot" style={{ left: at(value) }} />
    </span>
  );
}

/** Which factor trucks are compared by. */
export function RankedChoice() {
  return (
    <fieldset class="choice" aria-label={w('rankBy')}>
      {RANKED.map((id) => (
        <button key={id} type="button" aria-pressed={view.value.rank === id} onClick={() => view.show({ rank: id })}>
          {measureOf(id)?.unit ?? id}
        </button>
      ))}
    </fieldset>
  );
}

function columnsOf({ trucks, measure }: Ranked): Column<Row>[] {
  const most = Math.max(...trucks.map(({ high }) => high));
  return [
    {
      id: 'rank',
      head: w('rank'),
      class: 'num',
      cell: ({ rank, rankLow, rankHigh }) => (
        <>
          {rank} <span class="quiet small">{`${rankLow}–${rankHigh}`}</span>
        </>
      ),
    },
    { id: 'truck', head: w('truck'), naming: true, cell: ({ vehicle }) => vehicle.plate },
    {
      id: 'standardised',
      head: w('standardised'),
      unit: measure.unit,
      class: 'num',
      cell: ({ standardised, low, high }) => (
        <>
          {threeDigits(standardised)} <span class="quiet small">{`${threeDigits(low)}–${threeDigits(high)}`}</span>
        </>
      ),
    },
    {
      id: 'interval',
      head: '',
      cell: ({ standardised, low, high }) => <IntervalMark value={standardised} low={low} high={high} most={most} />,
    },
    { id: 'factor', head: w('asDriven'), unit: measure.unit, class: 'num', cell: ({ factor }) => threeDigits(factor) },
    { id: 'kg', head: w('kg'), class: 'num', cell: ({ noxKg }) => threeDigits(noxKg) },
    { id: 'valid', head: w('validColumn'), class: 'num quiet', cell: ({ validShare }) => formatShare(validShare) },
    { id: 'coverage', head: w('coverage'), class: 'num quiet', cell: ({ coverage }) => formatShare(coverage) },
    { id: 'n', head: w('n'), class: 'num quiet', cell: ({ days }) => w('truckDays', { n: formatCount(days) }) },
    {
      id: 'outlier',
      head: '',
      cell: ({ outlier, z }) => (outlier ? <span class="attention" title={w('outlier')}>{`△ z ${threeDigits(z)}`}</span> : ''),
    },
  ];
}

/** The fleet by factor in comparable operation, with intervals. */
export function Ranking() {
  const range = rangeNow();
  const { rank } = view.value;
  const query = useQuery(
    `ranking ${JSON.stringify(range)} ${rank}`,
    (abort) => take(api.statistics.ranking.$get({ query: { ...range, measure: rank } }, { init: { signal: abort } })),
    { keep: true },
  );
  return (
    <>
      <div class="range-row">
        <RankedChoice />
      </div>
      <RangeBar />
      <Read query={query}>
        {(data) =>
          data.trucks.length === 0 ? (
            <Empty title={w('empty')}>
              <p>{w('notRanked', { n: data.notEvaluated.length })}</p>
            </Empty>
          ) : (
            <>
              <ul class="notices small">
                <li class="quiet">{w('span', data.period)}</li>
                <li class="quiet">
                  {w('rankText', { clusters: w(`cluster${data.clusters}`), confidence: formatShare(data.confidence) })}
                </li>
                {(['factor', 'kg'] as const).map((each) => {
                  const { topShare, gini } = data.concentration[each];
                  return (
                    <li key={each} class="quiet">
                      {w(`${each}Concentration`)}:{' '}
                      {w('topShare', { share: formatShare(topShare), gini: gini === null ? NO_VALUE : gini.toFixed(2) })}
                    </li>
                  );
                })}
              </ul>
              <DataTable
                label={w('ranking')}
                columns={columnsOf(data)}
                rows={data.trucks}
                keyOf={({ vehicle }) => vehicle.id}
                href={({ vehicle }) =>
                  `/statistics/explorer${view.query({ vehicles: String(vehicle.id), by: ['day'], measures: [rank, 'noxKg'] })}`
                }
              />
              {data.trucks.some(({ outlier }) => outlier) && (
                <p class="small">
                  <span class="attention">△</span> {w('outlier')}
                </p>
              )}
              {data.notEvaluated.length > 0 && (
                <p class="data-problem small">
                  ◌ {w('notRanked', { n: data.notEvaluated.length })}:{' '}
                  {data.notEvaluated
                    .slice(0, 20)
                    .map(({ plate, days }) => w('notRankedRow', { plate, days }))
                    .join(' · ')}
                </p>
              )}
              <p class="quiet small">{say(data.measure.definition)}</p>
            </>
          )
        }
      </Read>
    </>
  );
}
