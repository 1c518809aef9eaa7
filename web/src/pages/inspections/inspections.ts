import { signal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { choice, flag, number, text, word } from '../../model/view-fields.ts';
import { pageView } from '../../state/place.ts';

export type InspectionPage = InferResponseType<typeof api.inspections.$get, 200>;
export type Inspection = InspectionPage['inspections'][number];
export type InspectionWhole = InferResponseType<(typeof api.inspections)[':id']['$get'], 200>;
export type Catalogue = InferResponseType<(typeof api)['inspection-catalogue']['$get'], 200>;
export type Agreement = InferResponseType<(typeof api)['inspection-agreement']['$get'], 200>;

export const KINDS = ['roadside', 'remoteSensing', 'annualTest', 'depotCheck', 'blackSmoke'] as const;
export const JUDGEMENTS = ['failed', 'repeated', 'single', 'passed', 'invalid'] as const;
/** Judgements that a case can be opened from. */
export const FINDINGS: readonly Inspection['judgement'][] = ['failed', 'repeated'];
const DAYS = /^([0-9]|[1-8][0-9]|90)$/;

/** What the page shows, kept in the address. */
export const view = pageView({
  tab: choice(['list', 'agreement'], 'list'),
  kind: choice(KINDS, null),
  judgement: choice(JUDGEMENTS, null),
  district: text(40),
  vehicle: number(),
  q: text(60),
  voided: flag(false),
  from: text(10),
  to: text(10),
  before: word(DAYS, '30'),
  after: word(DAYS, '0'),
  basis: choice(['result', 'NOx'], 'result'),
  verdict: choice(['probable', 'day'], 'probable'),
});

/** Kinds, methods, items and judgements with their words; null until they were read. */
export const catalogue = signal<Catalogue | null>(null);

/** Reads the catalogue once. */
export async function needCatalogue(): Promise<void> {
  catalogue.value ??= await take(api['inspection-catalogue'].$get());
}

/** Words of a row of the catalogue in the language now shown. */
export function wordOf(list: 'kinds' | 'methods' | 'results' | 'judgements', value: string): string {
  return catalogue.value?.[list].find((each) => each.value === value)?.[language.value] ?? value;
}

/** Counts a record that was entered or corrected, so that lists read anew. */
export const moved = signal(0);

/** The tone and sign of a judgement: colour where something is wrong, and never colour alone. */
export const MARKS: Readonly<Record<Inspection['judgement'], { tone: string; sign: string }>> = {
  failed: { tone: 'over', sign: '▲' },
  repeated: { tone: 'attention', sign: '△' },
  single: { tone: 'attention', sign: '△' },
  passed: { tone: '', sign: '✓' },
  invalid: { tone: 'data-problem', sign: '◌' },
};
