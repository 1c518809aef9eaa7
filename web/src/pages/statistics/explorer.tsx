import { w } from '../../i18n/words/statistics.ts';
import { formatCount, formatShare } from '../../model/format.ts';
import { signedShare, threeDigits } from '../../model/statistics.ts';
import { useQuery } from '../../state/query.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Empty, Read } from '../../ui/states.tsx';
import { Defined } from '../../ui/term.tsx';
import { type Bar, LyingBars, StandingBars } from './bars.tsx';
import { basisText, Value } from './figures.tsx';
import { Notices } from './notices.tsx';
import { RangeBar } from './range.tsx';
import { catalogue, fetchTable, rangeNow, reasonOf, say, type Table, view } from './view.ts';

const MOST_MEASURES = 6;
const MOST_BARS = 60;
type Row = Table['rows'][number];

/** The question as one sentence: show … by … and by …, compared with …. It is also the address. */
function Sentence() {
  const { measures, by, compare } = view.value;
  const known = catalogue.value;
  if (!known) return null;
  const nameOf = (id: string) => {
    const found = known.measures.find((each) => each.id === id);
    return found ? say(found.name) : id;
  };
  const [first = '', second = ''] = by[0] === 'whole' ? [] : by;
  const firstKind = known.groupings.find(({ id }) => id === first)?.kind ?? 'day';
  const setBy = (a: string, b: string) =>
    view.show({ by: a === '' ? ['whole'] : [a, b].filter((each) => each !== '' && each !== 'whole') });
  return (
    <fieldset class="sentence" aria-label={w('sentence')}>
      <span>{w('show')}</span>
      {measures.map((id) => (
        <button
          key={id}
          type="button"
          disabled={measures.length === 1}
          title={w('removeMeasure', { name: nameOf(id) })}
          onClick={() => view.show({ measures: measures.filter((each) => each !== id) })}
        >
          {nameOf(id)} {measures.length > 1 && '✕'}
        </button>
      ))}
      {measures.length < MOST_MEASURES && (
        <select
          aria-label={w('addMeasure')}
          value=""
          onChange={(event) => event.currentTarget.value && view.show({ measures: [...measures, event.currentTarget.value] })}
        >
          <option value="">{`+ ${w('addMeasure')}`}</option>
          {known.measures
            .filter(({ id }) => !measures.includes(id))
            .map(({ id, name, unit }) => (
              <option key={id} value={id}>
                {`${say(name)} (${unit})`}
              </option>
            ))}
        </select>
      )}
      <span class="phrase">
        <span>{w('byWord')}</span>
        <select
          aria-label={w('byWord')}
          value={first}
          onChange={(event) => setBy(event.currentTarget.value, second === event.currentTarget.value ? '' : second)}
        >
          <option value="">{w('whole')}</option>
          {known.groupings.map(({ id, name }) => (
            <option key={id} value={id}>
              {say(name)}
            </option>
          ))}
        </select>
      </span>
      {first !== '' && (
        <span class="phrase">
          <span>{w('andBy')}</span>
          <select aria-label={w('andBy')} value={second} onChange={(event) => setBy(first, event.currentTarget.value)}>
            <option value="">{w('none')}</option>
            {known.groupings
              .filter(({ id, kind }) => id !== first && (firstKind === 'day' || kind === 'day'))
              .map(({ id, name }) => (
                <option key={id} value={id}>
                  {say(name)}
                </option>
              ))}
          </select>
        </span>
      )}
      <span class="phrase">
        <span>{w('compare')}</span>
        <select
          aria-label={w('compare')}
          value={compare}
          onChange={(event) =>
            view.show({
              compare: (['none', 'previous', 'year'] as const).find((each) => each === event.currentTarget.value) ?? 'none',
            })
          }
        >
          {(['none', 'previous', 'year'] as const).map((each) => (
            <option key={each} value={each}>
              {w(`compare${each}`)}
            </option>
          ))}
        </select>
      </span>
    </fieldset>
  );
}

/** Where a row leads: deeper into the truck, or to the same question of this row alone. */
function hrefOf(table: Table, row: Row): string | undefined {
  const [grouping] = table.by;
  const value = row.keys[0]?.value;
  if (!grouping || value == null) return undefined;
  if (grouping.id === 'vehicle')
    return table.by.length > 1
      ? `/vehicles/${value}`
      : `/statistics/explorer${view.query({ vehicles: String(value), by: ['day'] })}`;
  if (grouping.id === 'day' && view.value.vehicles !== '' && !view.value.vehicles.includes(','))
    return `/vehicles/${view.value.vehicles}?from=${encodeURIComponent(`${value}T00:00:00+08:00`)}&to=${encodeURIComponent(`${value}T23:59:59+08:00`)}`;
  if (grouping.id === 'day')
    return `/statistics/explorer${view.query({ period: 'own', from: String(value), to: String(value), by: ['vehicle'] })}`;
  if (grouping.id === 'month') {
    const [year = 0, month = 1] = String(value).split('-').map(Number);
    const to = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
    return `/statistics/explorer${view.query({ period: 'own', from: `${value}-01`, to, by: ['day'] })}`;
  }
  const { id } = grouping;
  if (id === 'district' || id === 'enterprise' || id === 'stage' || id === 'model' || id === 'use')
    return `/statistics/explorer${view.query({ [id]: String(value), by: ['vehicle'] })}`;
  return undefined;
}

function labelOf(row: Row): string {
  return row.keys.map(({ label }) => say(label)).join(' · ');
}

function columnsOf(table: Table): Column<Row>[] {
  const compared = table.compared !== null;
  return [
    ...(table.by.length === 0
      ? [{ id: 'whole', head: w('total'), naming: true, cell: () => w('total') } satisfies Column<Row>]
      : table.by.map(
          ({ id, name, definition }, i): Column<Row> => ({
            id,
            head: <Defined name={say(name)} formula={say(definition)} />,
            naming: i === 0,
            cell: (row) => (row.keys[i] ? say(row.keys[i].label) : ''),
          }),
        )),
    ...table.measures.flatMap((measure, i): Column<Row>[] => [
      {
        id: measure.id,
        head: <Defined name={say(measure.name)} formula={say(measure.definition)} />,
        unit: measure.unit,
        class: 'num',
        cell: (row) => row.figures[i] && <Value figure={row.figures[i]} />,
        title: (row) => (row.figures[i] ? reasonOf(row.figures[i].reason) || basisText(row.figures[i]) : undefined),
      },
      ...(compared
        ? [
            {
              id: `${measure.id} change`,
              head: w('change'),
              class: 'num quiet',
              cell: (row: Row) => signedShare(row.figures[i]?.change ?? null),
            },
          ]
        : []),
    ]),
    { id: 'valid', head: w('validColumn'), class: 'num quiet', cell: (row) => formatShare(row.figures[0]?.validShare ?? null) },
    { id: 'n', head: w('n'), class: 'num quiet', cell: (row) => row.figures[0] && basisText(row.figures[0]) },
  ];
}

/** The first measure as a picture: bars, or for two groupings a field of shades. */
function Chart({ table }: { table: Table }) {
  const [measure] = table.measures;
  if (!measure || table.by.length === 0) return null;
  if (table.by.length === 2) return <Field table={table} />;
  const bars = table.rows.slice(0, table.by[0]?.ordered ? 400 : MOST_BARS).map((row): Bar => {
    const [figure] = row.figures;
    const share = figure?.validShare ?? null;
    return {
      key: row.keys.map(({ value }) => value).join(' '),
      label: labelOf(row),
      value: figure?.value ?? null,
      title: figure
        ? [reasonOf(figure.reason), basisText(figure), share === null ? '' : w('valid', { share: formatShare(share) })]
            .filter(Boolean)
            .join(' · ')
        : '',
      href: hrefOf(table, row),
    };
  });
  const Bars = table.by[0]?.ordered ? StandingBars : LyingBars;
  return <Bars bars={bars} unit={measure.unit} label={say(measure.name)} />;
}

function Field({ table }: { table: Table }) {
  const cells = new Map(table.rows.map((row) => [row.keys.map(({ value }) => value).join(' '), row.figures[0]]));
  const values = (i: number) => {
    const found = new Map(table.rows.map((row) => [row.keys[i]?.value ?? null, row.keys[i]]));
    return [...found.values()].filter((each) => each !== undefined);
  };
  const [down, across] = [values(0), values(1)];
  const most = Math.max(...table.rows.map((row) => row.figures[0]?.value ?? 0));
  return (
    <div class="field-box">
      <table class="shade-field">
        <thead>
          <tr>
            <th />
            {across.map(({ value, label }) => (
              <th key={String(value)} scope="col" class="small">
                {say(label)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {down.slice(0, MOST_BARS).map((row) => (
            <tr key={String(row.value)}>
              <th scope="row" class="small">
                {say(row.label)}
              </th>
              {across.map((column) => {
                const figure = cells.get(`${row.value} ${column.value}`);
                const value = figure?.value ?? null;
                const share = value === null || most <= 0 ? 0 : Math.max(0, value / most);
                return (
                  <td
                    key={String(column.value)}
                    class={value === null ? 'shade-none' : 'num small'}
                    style={{ '--shade-share': `${Math.round(share * 60)}%` }}
                    title={figure ? reasonOf(figure.reason) || basisText(figure) : undefined}
                  >
                    {threeDigits(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Measure × grouping × filter × period: a sentence, its table and its picture side by side, its definitions below. */
export function Explorer() {
  const { measures, by, compare } = view.value;
  const query = { ...rangeNow(), measures: measures.join(), compare, ...(by[0] === 'whole' ? {} : { by: by.join() }) };
  const table = useQuery(`table ${JSON.stringify(query)}`, (abort) => fetchTable(query, abort), { keep: true });
  return (
    <>
      <Sentence />
      <RangeBar />
      <Read query={table}>
        {(data) =>
          data.rows.length === 0 || (data.truckDays === 0 && data.by.length === 0) ? (
            <>
              <Notices table={data} />
              <Empty title={w('empty')}>
                <p>{w('emptyText')}</p>
              </Empty>
            </>
          ) : (
            <>
              <Notices table={data} />
              <div class="side-by-side">
                <section class="side-table">
                  <DataTable
                    label={w('tableOf')}
                    columns={columnsOf(data)}
                    rows={data.rows}
                    keyOf={(row) => row.keys.map(({ value }) => value).join(' ')}
                    {...(data.rows.some((row) => hrefOf(data, row) !== undefined)
                      ? { href: (row: Row) => hrefOf(data, row) ?? '' }
                      : {})}
                    foot={<p class="quiet small">{w('rows', { n: formatCount(data.rows.length) })}</p>}
                  />
                </section>
                <section class="side-chart" aria-label={w('chart')}>
                  <Chart table={data} />
                </section>
              </div>
              <dl class="definitions small" aria-label={w('definition')}>
                {data.measures.map((measure, i) => (
                  <div key={measure.id}>
                    <dt>{`${say(measure.name)} [${measure.unit}]`}</dt>
                    <dd class="quiet">{say(measure.definition)}</dd>
                    <dd>
                      {w('total')}: {data.total[i] && <Value figure={data.total[i]} />} {measure.unit}
                      {data.total[i] && ` · ${basisText(data.total[i])}`}
                    </dd>
                  </div>
                ))}
              </dl>
            </>
          )
        }
      </Read>
    </>
  );
}
