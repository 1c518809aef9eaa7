import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/words/shell.ts';
import { useKeys } from '../state/keys.ts';
import { go } from '../state/place.ts';
import { rowPx, useWindow } from './window.ts';

const HEAD_PX = 36;

/** A column: what stands at its head and in its cells. */
export interface Column<R> {
  id: string;
  head: ComponentChildren;
  /** Its name where a button needs one; taken from `head` when that is plain text. */
  name?: string;
  unit?: string;
  class?: string;
  /** A head that cannot be a button, such as one with a definition. */
  sortable?: boolean;
  /** The cell that names the row. It holds the link that opens the row. */
  naming?: boolean;
  cell: (row: R) => ComponentChildren;
  title?: (row: R) => string | undefined;
  tone?: (row: R) => string;
}

/** How a table is sorted, and what changes that. */
export interface Sorting {
  by: string;
  descending: boolean;
  to: (id: string, descending: boolean) => void;
}

/** What a table needs. Rows are drawn only where they are in sight, so a list may have thousands. */
export interface TableProps<R> {
  label: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  keyOf: (row: R) => string | number;
  /** Where a row leads; absent: rows cannot be opened. */
  href?: (row: R) => string;
  open?: (row: R) => void;
  /** The row that is open. */
  chosen?: string | number | null;
  /** The row that the keys stand on. */
  pointed?: Signal<string | number | null>;
  rowClass?: (row: R) => string;
  sorting?: Sorting;
  /** Told which rows are drawn, when that changes. */
  onWindow?: (start: number, end: number) => void;
  /** Called when the end comes in sight, to read on. */
  onEnd?: () => void;
  /** How many there are in all, when more than are listed. */
  total?: number;
  foot?: ComponentChildren;
}

function Head<R>({ column, sorting }: { column: Column<R>; sorting: Sorting | undefined }) {
  const sorted = sorting?.by === column.id;
  const down = sorted && sorting.descending;
  const inside = (
    <>
      {column.head}
      {column.unit && <span class="unit"> {column.unit}</span>}
      {sorted && (
        <span class="arrow" aria-hidden="true">
          {down ? ' ↓' : ' ↑'}
        </span>
      )}
    </>
  );
  if (!sorting || !column.sortable) {
    return (
      <th class={column.class} scope="col">
        {inside}
      </th>
    );
  }
  const name = column.name ?? (typeof column.head === 'string' ? column.head : column.id);
  return (
    <th class={column.class} aria-sort={sorted ? (down ? 'descending' : 'ascending') : 'none'} scope="col">
      <button type="button" title={t('sortBy', { name })} onClick={() => sorting.to(column.id, sorted && !down)}>
        {inside}
      </button>
    </th>
  );
}

function Row<R>({ row, index, props }: { row: R; index: number; props: TableProps<R> }) {
  const key = props.keyOf(row);
  const link = props.href?.(row);
  const press = (event: MouseEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('button, input, select, label')) return;
    if (props.pointed) props.pointed.value = key;
    // A link does its own work, and so do the keys held with it.
    if (target?.closest('a')) return;
    if (props.open) props.open(row);
    else if (link !== undefined) go(link);
  };
  const opens = link !== undefined || props.open !== undefined;
  const classes = [
    opens && 'opens',
    props.chosen === key && 'chosen',
    props.pointed?.value === key && 'pointed',
    props.rowClass?.(row),
  ].filter(Boolean);
  return (
    // Keyboard users open a row by the link in it, or by Enter on the row that j and k stand on.
    <tr
      class={classes.join(' ')}
      aria-rowindex={index + 2}
      aria-current={props.chosen === key ? 'true' : undefined}
      onClick={opens ? press : undefined}
    >
      {props.columns.map((column) => {
        const classes = [column.class, column.tone?.(row)].filter(Boolean).join(' ');
        const inside = column.cell(row);
        const title = column.title?.(row);
        return column.naming ? (
          <th key={column.id} scope="row" class={classes} title={title}>
            {link === undefined ? inside : <a href={link}>{inside}</a>}
          </th>
        ) : (
          <td key={column.id} class={classes} title={title}>
            {inside}
          </td>
        );
      })}
    </tr>
  );
}

/** The rows that the keys go through, and how. */
function useRowKeys<R>(props: TableProps<R>): void {
  const move = (by: number) => {
    const { rows, keyOf, pointed } = props;
    if (!pointed || rows.length === 0) return false;
    const from = rows.findIndex((row) => keyOf(row) === (pointed.peek() ?? props.chosen));
    const next = rows[Math.min(rows.length - 1, Math.max(0, from < 0 ? 0 : from + by))];
    if (next === undefined) return false;
    pointed.value = keyOf(next);
    return true;
  };
  const open = () => {
    const row = props.rows.find((each) => props.keyOf(each) === props.pointed?.peek());
    if (row === undefined) return false;
    if (props.open) props.open(row);
    else if (props.href) go(props.href(row));
    return true;
  };
  useKeys(
    props.pointed
      ? [
          { keys: ['j', 'ArrowDown'], words: () => t('keyDown'), act: () => move(1) },
          { keys: ['k', 'ArrowUp'], words: () => t('keyUp'), act: () => move(-1) },
          ...(props.href || props.open ? [{ keys: ['Enter'], words: () => t('keyOpen'), act: open }] : []),
        ]
      : [],
  );
}

/** A table of equally high rows in a box of its own that scrolls. */
export function DataTable<R>(props: TableProps<R>) {
  const box = useRef<HTMLElement>(null);
  const px = rowPx();
  const { rows, columns, keyOf, pointed } = props;
  const { start, end } = useWindow(box, px, rows.length);
  useRowKeys(props);
  useEffect(() => {
    if (end >= rows.length) props.onEnd?.();
  }, [end, rows.length]);
  useEffect(() => props.onWindow?.(start, end), [start, end]);
  useEffect(() => {
    const at = rows.findIndex((row) => keyOf(row) === pointed?.value);
    const element = box.current;
    if (at < 0 || !element) return;
    const top = at * px;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + px + HEAD_PX > element.scrollTop + element.clientHeight)
      element.scrollTop = top + px + HEAD_PX - element.clientHeight;
  }, [pointed?.value]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class="scroll table-box" ref={box} tabIndex={0} aria-label={props.label}>
      <table class="rows" aria-rowcount={(props.total ?? rows.length) + 1}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.id} column={column} sorting={props.sorting} />
            ))}
          </tr>
        </thead>
        <tbody>
          {start > 0 && <tr class="spacer" style={{ height: `${start * px}px` }} />}
          {rows.slice(start, end).map((row, i) => (
            <Row key={keyOf(row)} row={row} index={start + i} props={props} />
          ))}
          {end < rows.length && <tr class="spacer" style={{ height: `${(rows.length - end) * px}px` }} />}
        </tbody>
      </table>
      {props.foot}
    </section>
  );
}
