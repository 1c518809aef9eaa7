import type { ReadonlySignal } from '@preact/signals';
import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/vehicles.ts';
import { beijing, dayTime, formatSpan, formatValue, NO_VALUE, nearTime } from '../../model/format.ts';
import { signalOf } from '../../state/catalogue.ts';
import { now } from '../../state/clock.ts';
import type { Column } from '../../ui/data-table.tsx';
import { StateMark, stateNow } from '../../ui/state-mark.tsx';
import type { LIST_SIGNALS, Vehicle } from './fleet.ts';

type Row = ReadonlySignal<Vehicle>;

/** Columns of newest values, the most telling first; what has a higher number gives way first where there is little room. */
const VALUES = [
  { id: 'noxDownPpm', label: 'colNoxDown', room: 1 },
  { id: 'noxUpPpm', label: 'colNoxUp', room: 4 },
  { id: 'scrInTempC', label: 'colScr', room: 3 },
  { id: 'speedKmh', label: 'colSpeed', room: 2 },
  { id: 'engineRpm', label: 'colRpm', room: 4 },
  { id: 'ureaLevelPct', label: 'colUrea', room: 2 },
  { id: 'fuelLevelPct', label: 'colFuel', room: 3 },
] as const satisfies readonly { id: (typeof LIST_SIGNALS)[number]; label: string; room: number }[];

function valueColumn({ id, label, room }: (typeof VALUES)[number]): Column<Row> {
  const entry = signalOf(id);
  return {
    id,
    head: w(label),
    unit: entry?.unit ?? '',
    class: `num room-${room}`,
    sortable: true,
    cell: (row) => formatValue(row.value.latest[id]?.value, entry?.decimals ?? 1),
    title: (row) => {
      const known = row.value.latest[id];
      if (!known) return w('noValue');
      return w(known.current ? 'valueAt' : 'stale', { time: dayTime(Date.parse(known.at), now.peek()) });
    },
    tone: (row) => (row.value.latest[id]?.current ? '' : 'stale'),
  };
}

function dateOf(iso: string): string {
  const { year, month, day } = beijing(Date.parse(iso));
  return `${year}-${month}-${day}`;
}

function Last({ row }: { row: Row }) {
  const received = row.value.lastReceivedAt;
  if (received === null) return <>{NO_VALUE}</>;
  const at = Date.parse(received);
  return (
    <>
      <span class="quiet room-3">{nearTime(at, now.value)} </span>
      {t('ago', { span: formatSpan((now.value - at) / 1000) })}
    </>
  );
}

function layUpWords({ layUp }: Vehicle): string {
  if (layUp === null) return NO_VALUE;
  return layUp.to === null ? w('layUpOpen', { from: layUp.from }) : w('layUpSpan', { from: layUp.from, to: layUp.to });
}

/** Columns that a list may have, by id, with their names in the language now shown. */
export function columnNames(): readonly (readonly [id: string, name: string])[] {
  return allColumns().map((column) => [column.id, column.name ?? String(column.head)]);
}

/** What the list shows when nobody has chosen. */
export const FIRST_COLUMNS: readonly string[] = [
  'attention',
  'plate',
  'terminal',
  'district',
  ...VALUES.map(({ id }) => id),
  'lastReceived',
];

/** The columns of the list that were chosen, in words of the language now shown; the plate is always there. */
export function fleetColumns(chosen: readonly string[]): Column<Row>[] {
  return allColumns().filter(({ id }) => id === 'plate' || chosen.includes(id));
}

function allColumns(): Column<Row>[] {
  const text = (
    id: string,
    head: string,
    cell: (vehicle: Vehicle) => string | null,
    more: Partial<Column<Row>> = {},
  ): Column<Row> => ({
    id,
    head,
    class: 'quiet room-4',
    cell: (row) => cell(row.value) ?? NO_VALUE,
    ...more,
  });
  return [
    {
      id: 'attention',
      head: w('colState'),
      class: 'c-state',
      sortable: true,
      cell: (row) => <StateMark state={stateNow(row.value.lastReceivedAt, now.value, row.value.layUp !== null)} />,
    },
    {
      id: 'plate',
      head: w('colPlate'),
      sortable: true,
      naming: true,
      cell: (row) => (
        <>
          {row.value.plate}
          {row.value.demo && <span class="tag">{t('demo')}</span>}
        </>
      ),
    },
    {
      id: 'terminal',
      head: w('colTerminal'),
      class: 'quiet room-3',
      cell: (row) => row.value.terminal?.id ?? t('noTerminal'),
    },
    text('vin', w('colVin'), (v) => v.vin, { class: 'quiet mono room-3', sortable: true }),
    text('district', w('colDistrict'), (v) => v.district),
    text('enterprise', w('colEnterprise'), (v) => v.enterprise),
    text('useType', w('colUse'), (v) => v.useType),
    text('plateColor', w('colColour'), (v) => v.plateColor),
    text('fitted', w('colFitted'), (v) => dateOf(v.fittedAt)),
    text('layUp', w('colLayUp'), layUpWords),
    ...VALUES.map(valueColumn),
    { id: 'lastReceived', head: w('colLast'), class: 'num', sortable: true, cell: (row) => <Last row={row} /> },
  ];
}
