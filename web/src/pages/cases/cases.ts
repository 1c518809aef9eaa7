import { signal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { choice, text } from '../../model/view-fields.ts';
import { pageView } from '../../state/place.ts';
import { me } from '../../state/session.ts';

export type CasePage = InferResponseType<typeof api.cases.$get, 200>;
export type Case = CasePage['cases'][number];
export type CaseWhole = InferResponseType<(typeof api.cases)[':id']['$get'], 200>;
export type StepTable = InferResponseType<(typeof api)['case-steps']['$get'], 200>;
export type StepRow = StepTable['steps'][number];
export type FieldRow = StepRow['fields'][number];
export type StepKind = StepRow['kind'];
export type State = Case['state'];

export const STATES = [
  'verify',
  'notice',
  'repair',
  'retest',
  'roadCheck',
  'closing',
  'penalty',
  'laidUp',
  'closed',
] as const satisfies readonly State[];
export const OPEN_STATES: readonly State[] = STATES.filter((state) => state !== 'closed');
const TYPES = ['overLimit', 'urea', 'tank', 'tamper', 'offline', 'fault'] as const satisfies readonly Case['type'][];
export const SORTS = ['due', 'opened', 'updated', 'number', 'plate'] as const;
/** Parts of the page. */
export const TABS = ['list', 'workload', 'figures', 'stations'] as const;

/** What the page shows, kept in the address. */
export const view = pageView({
  tab: choice(TABS, 'list'),
  state: choice(['open', ...STATES], 'open'),
  type: choice(TYPES, null),
  due: choice(['overdue', 'soon'], null),
  who: choice(['mine', 'none'], null),
  district: text(40),
  q: text(60),
  sort: choice(SORTS, 'due'),
  order: choice(['asc', 'desc'], 'asc'),
  by: choice(['all', 'type', 'officer', 'district', 'enterprise', 'repairStation', 'inspectionStation'], 'all'),
  from: text(10),
  to: text(10),
});

const PAGE = 100;

/** The question that the filters ask. */
export function questionNow() {
  const { state, type, due, who, district, q, sort, order } = view.value;
  return {
    limit: String(PAGE),
    sort,
    order,
    state: state === 'open' ? OPEN_STATES.join(',') : state,
    ...(type === null ? {} : { type }),
    ...(due === null ? {} : { due }),
    ...(who === null ? {} : { officer: who === 'none' ? 'none' : (me.value?.person?.name ?? 'none') }),
    ...(district === '' ? {} : { district }),
    ...(q.trim() === '' ? {} : { search: q.trim() }),
  };
}

/** One page of the list. */
export async function fetchCases(
  question: ReturnType<typeof questionNow>,
  cursor: string | null,
  abort: AbortSignal,
): Promise<CasePage> {
  const query = cursor === null ? question : { ...question, cursor };
  return await take(api.cases.$get({ query }, { init: { signal: abort } }));
}

/** The state machine with its words; null until it was read. */
export const table = signal<StepTable | null>(null);

/** Reads the state machine once. */
export async function needTable(): Promise<void> {
  table.value ??= await take(api['case-steps'].$get());
}

/** Words of a row of the table in the language now shown. */
export function said(row: { zh: string; en: string } | undefined, otherwise = ''): string {
  return row ? row[language.value] : otherwise;
}

const word = (list: 'states' | 'types' | 'sources' | 'priorities', value: string): string =>
  said(
    table.value?.[list].find((each) => each.value === value),
    value,
  );

export const stateWord = (state: string): string => word('states', state);
export const typeWord = (type: string): string => word('types', type);
export const sourceWord = (source: string): string => word('sources', source);
export const priorityWord = (priority: string): string => word('priorities', priority);
export const typesNow = (): readonly { value: string; zh: string; en: string }[] => table.value?.types ?? [];

/** The unit of a field in the language now shown: one that is a word stands in the table in both, Chinese first. */
export function unitOf(field: Pick<FieldRow, 'unit'>): string | null {
  const [first = '', ...rest] = (field.unit ?? '').split(' ');
  return rest.length === 0 ? field.unit : language.value === 'zh' ? first : rest.join(' ');
}

/** The row of a kind of step. */
export function rowOf(kind: string): StepRow | undefined {
  return table.value?.steps.find((each) => each.kind === kind);
}

/** Counts a step that was taken, so that lists and pages read anew. */
export const moved = signal(0);
