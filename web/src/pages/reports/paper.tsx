import { w } from '../../i18n/words/reports.ts';
import { dayTime, formatCount, NO_VALUE } from '../../model/format.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { LyingBars, StandingBars } from '../statistics/bars.tsx';
import { type Cell, cellText, differing, say, type Table, type Whole } from './reports.ts';

/** Rows of a table on the paper, and bars of a chart; all rows are in the workbook. */
const MOST_ROWS = 60;
const MOST_BARS = 12;
const MOST_CHANGES = 60;

/** Words so short that they stand on one line. */
const SHORT = 11;
/** Columns whose missing figures go without their reason: those of the periods compared with. */
const BESIDE = ['previous', 'year'];

function CellOf({ cell, column }: { cell: Cell; column: string }) {
  const said = cellText(cell);
  if (typeof cell === 'number') return <td class="num">{said}</td>;
  if ('none' in cell && BESIDE.includes(column))
    return (
      <td class="num none" title={say(cell.none)}>
        {NO_VALUE}
      </td>
    );
  if ('none' in cell) return <td class="none">{said}</td>;
  return <td class={said.length <= SHORT ? 'short' : ''}>{said}</td>;
}

function Chart({ table }: { table: Table }) {
  if (table.chart === null) return null;
  const { column: id, form } = table.chart;
  const at = table.columns.findIndex((column) => column.id === id);
  const column = table.columns[at];
  if (!column) return null;
  const bars = table.rows.map(({ key, label, cells }) => {
    const cell = cells[at] ?? null;
    return { key, label: say(label), value: typeof cell === 'number' ? cell : null, title: cellText(cell) };
  });
  const known = bars.filter(({ value }) => value !== null);
  if (known.length < 2) return null;
  const label = w('chartOf', { name: say(column.name), unit: column.unit });
  return (
    <figure class="report-chart">
      <figcaption>{label}</figcaption>
      {form === 'standing' ? (
        <StandingBars bars={bars} unit={column.unit} label={label} />
      ) : (
        <LyingBars
          bars={[...known].sort((a, b) => (b.value ?? 0) - (a.value ?? 0)).slice(0, MOST_BARS)}
          unit={column.unit}
          label={label}
        />
      )}
    </figure>
  );
}

function TableOf({ table }: { table: Table }) {
  const { columns, rows, notes } = table;
  const wide = columns.length > 9 ? 'report-table wide' : 'report-table';
  return (
    <section class="report-part">
      <h3>{say(table.title)}</h3>
      {rows.length === 0 ? (
        <p class="none">—</p>
      ) : (
        <Scroll across>
          <table class={wide}>
            <thead>
              <tr>
                <th scope="col">{say(table.of)}</th>
                {columns.map(({ id, name, unit }) => (
                  <th key={id} scope="col">
                    {say(name)}
                    {unit !== '' && <span class="unit"> {unit}</span>}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, MOST_ROWS).map((row) => (
                <tr key={row.key}>
                  <th scope="row" class={say(row.label).length <= SHORT ? 'short' : ''}>
                    {say(row.label)}
                  </th>
                  {row.cells.map((cell, i) => (
                    <CellOf key={columns[i]?.id} cell={cell} column={columns[i]?.id ?? ''} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {rows.length > MOST_ROWS && <p class="small">{w('rowsMore', { n: MOST_ROWS, all: formatCount(rows.length) })}</p>}
      {notes.map((note) => (
        <p key={note.en} class="small">
          {say(note)}
        </p>
      ))}
      <Chart table={table} />
    </section>
  );
}

/** Why there is this revision. */
function Note({ whole: { revision } }: { whole: Whole }) {
  const { note } = revision;
  if (note === null) return null;
  return (
    <section class="report-part report-note">
      <h3>{w('note')}</h3>
      <p>{w('noteText', { n: revision.revision, after: note.after, changed: formatCount(note.changed) })}</p>
      <ul>
        {note.causes.map(({ kind, text }) => (
          <li key={kind + text.en}>{say(text)}</li>
        ))}
      </ul>
    </section>
  );
}

/** What each figure that changed was and is. */
function Changes({ whole: { revision } }: { whole: Whole }) {
  const { note } = revision;
  if (note === null) return null;
  return (
    <section class="report-part">
      <h3>{w('changes')}</h3>
      <Scroll across>
        <table class="report-table">
          <thead>
            <tr>
              {(['noteTable', 'noteRow', 'noteColumn', 'was', 'is', 'unit'] as const).map((each) => (
                <th key={each} scope="col">
                  {w(each)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {note.changes.slice(0, MOST_CHANGES).map(({ table, row, column, from, to, unit }) => {
              const [was, is] = differing(from, to);
              return (
                <tr key={`${table.en} ${row.en} ${column.en}`}>
                  <td>{say(table)}</td>
                  <td>{say(row)}</td>
                  <td>{say(column)}</td>
                  <td class="num">{was}</td>
                  <td class="num">{is}</td>
                  <td class="short">{unit}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      {note.changed > MOST_CHANGES && <p class="small">{w('noteCut', { n: MOST_CHANGES })}</p>}
    </section>
  );
}

function Definitions({ definitions }: { definitions: Whole['definitions'] }) {
  return (
    <section class="report-part">
      <h3>{w('definitions')}</h3>
      <Scroll across>
        <table class="report-table report-definitions">
          <thead>
            <tr>
              {(['figure', 'unit', 'formula', 'source'] as const).map((each) => (
                <th key={each} scope="col">
                  {w(each)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {definitions.map(({ name, unit, definition, source }) => (
              <tr key={name.en + definition.en}>
                <th scope="row">{say(name)}</th>
                <td>{unit}</td>
                <td>{say(definition)}</td>
                <td>{say(source)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

/** A revision of a report as a paper: what it says, why it was revised, what its figures mean and what they rest on. */
export function Paper({ whole }: { whole: Whole }) {
  const { content, revision, definitions, provenance } = whole;
  const data = { n: revision.revision, data: revision.dataVersion };
  return (
    <article class="report-paper">
      <header>
        <h2>{say(content.title)}</h2>
        <p>
          {w('revisionN', { n: revision.revision })} ·{' '}
          {w('revisionLine', {
            time: dayTime(Date.parse(revision.issuedAt), 0),
            by: revision.issuedBy,
            data: revision.dataVersion,
          })}
        </p>
      </header>
      <section class="report-part">
        <h3>{w('summary')}</h3>
        <p>{say(content.summary)}</p>
        {content.notices.map((notice) => (
          <p key={notice.en} class="none">
            {say(notice)}
          </p>
        ))}
      </section>
      <Note whole={whole} />
      {content.tables.map((table) => (
        <TableOf key={table.id} table={table} />
      ))}
      <Changes whole={whole} />
      <Definitions definitions={definitions} />
      <section class="report-part">
        <h3>{w('provenance')}</h3>
        <dl class="report-facts">
          {provenance.map(({ name, value }) => (
            <div key={name.en}>
              <dt>{say(name)}</dt>
              <dd>{say(value)}</dd>
            </div>
          ))}
        </dl>
      </section>
      <dl class="report-signs" aria-label={w('signs')}>
        {(['madeBy', 'checkedBy', 'approvedBy', 'date'] as const).map((each) => (
          <div key={each}>
            <dt>{w(each)}</dt>
            <dd />
          </div>
        ))}
      </dl>
      <footer>
        <p>{w('statement')}</p>
        <p class="mono">{w('foot', { ...data, title: say(content.title), hash: revision.sha256 })}</p>
      </footer>
    </article>
  );
}
