import type { z } from '@hono/zod-openapi';
import type { Wire } from '../exports/column.ts';
import { MapSchema } from '../statistics/map-schema.ts';
import { TableSchema } from '../statistics/schemas.ts';
import type { AnswerColumn } from './schema-columns.ts';
import { TablePage } from './table-page.ts';

/** A table made of an answer. */
export interface AnswerTable {
  readonly columns: readonly AnswerColumn[];
  readonly rows: readonly unknown[];
}

/**
 * How an answer is told as a table: `list`, the property that holds its rows, whose columns come from the OpenAPI document; or `of`, what
 * makes columns and rows of an answer of another shape. `cut`: whether rows were left out beyond what a cursor reaches.
 */
export type TableRoute =
  | { readonly list: string }
  | { readonly of: (answer: unknown) => AnswerTable; readonly cut: (answer: unknown) => boolean };

const list = (property: string): TableRoute => ({ list: property });

function of<T>(schema: z.ZodType<T>, table: (answer: T) => AnswerTable, cut: (answer: T) => boolean = () => false): TableRoute {
  return { of: (answer) => table(schema.parse(answer)), cut: (answer) => cut(schema.parse(answer)) };
}

function column(id: string, wire: Wire, definition: string, unit = ''): AnswerColumn {
  return { id, name: { zh: id, en: id }, unit, definition: { zh: definition, en: definition }, wire, path: [id] };
}

/** Measures by groupings: one row a group and measure, each with its unit. */
function statisticsTable({ by, measures, rows, period }: z.infer<typeof TableSchema>): AnswerTable {
  return {
    columns: [
      column('from', 'date', 'First Beijing day'),
      column('to', 'date', 'Last Beijing day, included'),
      ...by.flatMap(({ id, definition }) => [
        column(id, 'text', definition.en),
        column(`${id}Zh`, 'text', 'The same in words, Chinese'),
        column(`${id}En`, 'text', 'The same in words, English'),
      ]),
      column('measure', 'text', 'Id of the measure; GET /statistics/catalogue defines it'),
      column('unit', 'text', 'Unit of value and before'),
      column('value', 'float8', 'Empty: there is none, see reason'),
      column('reason', 'text', 'Code of why there is no value'),
      column('validShare', 'float8', 'Seconds with a valid NOx mass ÷ engine-on seconds, 0 … 1'),
      column('n', 'int8', 'What the value rests on'),
      column('of', 'text', 'n counts these: truckDays or trucks'),
      column('before', 'float8', 'Value of the period compared with'),
      column('change', 'float8', 'Against it, as a share'),
    ],
    rows: rows.flatMap(({ keys, figures }) => {
      const groups = Object.fromEntries(
        by.flatMap(({ id }, i) => {
          const key = keys[i];
          return [
            [id, key?.value ?? null],
            [`${id}Zh`, key?.label.zh ?? null],
            [`${id}En`, key?.label.en ?? null],
          ];
        }),
      );
      return figures.map(({ basis, ...figure }, i) => ({
        ...period,
        ...groups,
        measure: measures[i]?.id,
        unit: measures[i]?.unit,
        ...figure,
        ...basis,
      }));
    }),
  };
}

/** Cells of the map: one row a cell. */
function mapTable({ cellDeg, period, x, y, noxG, km, passes, validShare, z, hot }: z.infer<typeof MapSchema>): AnswerTable {
  const isHot = new Set(hot);
  return {
    columns: [
      column('from', 'date', 'First Beijing day'),
      column('to', 'date', 'Last Beijing day, included'),
      column('lonDeg', 'float8', 'West edge of the cell, WGS-84', '°'),
      column('latDeg', 'float8', 'South edge of the cell, WGS-84', '°'),
      column('cellDeg', 'float8', 'Width and height of the cell', '°'),
      column('noxG', 'float8', 'NOx as NO2 over valid seconds', 'g'),
      column('km', 'float8', 'Distance', 'km'),
      column('passes', 'int8', 'Passes of trucks'),
      column('validShare', 'float8', 'Seconds with a valid NOx mass ÷ engine-on seconds, 0 … 1'),
      column('z', 'float8', 'Gi* of the measure; empty: too few passes'),
      column('hot', 'bool', 'Among the hot spots'),
    ],
    rows: x.map((_, i) => ({
      ...period,
      lonDeg: (x[i] ?? 0) * cellDeg,
      latDeg: (y[i] ?? 0) * cellDeg,
      cellDeg,
      noxG: noxG[i],
      km: km[i],
      passes: passes[i],
      validShare: validShare[i],
      z: z[i],
      hot: isHot.has(i),
    })),
  };
}

const WIRES = { text: 'text', number: 'float8', integer: 'int8', boolean: 'bool', time: 'time', date: 'date' } as const;

function pageTable({ columns, rows }: z.infer<typeof TablePage>): AnswerTable {
  return {
    columns: columns.map(({ id, name, unit, definition, type }) => ({
      id,
      name,
      unit,
      definition,
      wire: WIRES[type],
      path: [id],
    })),
    rows,
  };
}

/** Routes whose answer is a table, which they also give as CSV and as Parquet. The first such answer fails if one of them has no such list. */
export const TABLE_ROUTES: Readonly<Record<string, TableRoute>> = {
  'GET /vehicles': list('vehicles'),
  'GET /terminals': list('terminals'),
  'GET /districts': list('districts'),
  'GET /signals': list('signals'),
  'GET /stations': list('stations'),
  'GET /vehicles/{id}/days': list('days'),
  'GET /vehicles/{id}/data-quality': list('days'),
  'GET /vehicles/{id}/lay-ups': list('layUps'),
  'GET /vehicles/{id}/trouble-codes': list('codes'),
  'GET /data-quality': list('trucks'),
  'GET /leads': list('leads'),
  'GET /alarms': list('alarms'),
  'GET /cases': list('cases'),
  'GET /case-figures': list('groups'),
  'GET /case-workload': list('officers'),
  'GET /inspections': list('inspections'),
  'GET /ledger': list('entries'),
  'GET /link': list('terminals'),
  'GET /incidents': list('incidents'),
  'GET /evidence': list('packs'),
  'GET /exports': list('exports'),
  'GET /reports': list('reports'),
  'GET /statistics/table': of(TableSchema, statisticsTable, ({ notices }) => notices.some(({ code }) => code === 'cut')),
  'GET /statistics/distribution': list('percentiles'),
  'GET /statistics/ranking': list('trucks'),
  'GET /statistics/contract': list('figures'),
  'GET /statistics/guidance': list('treat'),
  'GET /statistics/exemptions': list('trucks'),
  'GET /statistics/treatment': list('repairs'),
  'GET /statistics/map': of(MapSchema, mapTable),
  'GET /tables/{table}': of(TablePage, pageTable),
};
