import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/rules.ts';
import { formatValue, NO_VALUE, THIN } from '../../model/format.ts';
import { type Draft, readDraft, writeDraft } from '../../model/rule-draft.ts';
import { choice, flag, text, word } from '../../model/view-fields.ts';
import { pageView } from '../../state/place.ts';

export type Catalogue = InferResponseType<typeof api.rules.$get, 200>;
export type Rule = Catalogue['rules'][number];
export type Parameter = Catalogue['parameters'][number];
export type Versions = InferResponseType<typeof api.rules.settings.$get, 200>;
export type Job = InferResponseType<typeof api.jobs.$get, 200>['jobs'][number];

/** What the page shows, kept in the address: also the numbers that are being tried, so that a link shows them. */
export const view = pageView({
  tab: choice(['rules', 'tests', 'versions'], 'rules'),
  q: text(60),
  changed: flag(false),
  rule: word(/^[A-Z0-9-]{1,20}$/, ''),
  test: word(/^[1-9]\d{0,14}$/, ''),
  draft: text(2000),
});

/** The numbers that are being tried. */
export function draftNow(): Draft {
  return readDraft(view.value.draft);
}

/** Tries other numbers. */
export function showDraft(draft: Draft): void {
  view.show({ draft: writeDraft(draft) }, 'replace');
}

/** The rules, and the numbers in force on a day (today when none is named). */
export async function fetchRules(signal: AbortSignal | undefined, on?: string): Promise<Catalogue> {
  return await take(api.rules.$get({ query: on === undefined ? {} : { on } }, signal === undefined ? {} : { init: { signal } }));
}

/** Words in the language now shown. */
export function said(text_: { zh: string; en: string } | undefined): string {
  return text_?.[language.value] ?? NO_VALUE;
}

/** A number with as many decimals as it has, up to four significant ones, and its unit. */
export function numberWords(value: number, unit: string): string {
  const decimals = Number.isInteger(value) ? 0 : Math.min(6, (String(value).split('.')[1] ?? '').length);
  return `${formatValue(value, decimals)}${unit === '1' || unit === '' ? '' : `${THIN}${unit}`}`;
}

/** How sure a number is, in words. */
export function markWords(mark: string): string {
  if (mark === 'C') return w('markC');
  if (mark === 'L') return w('markL');
  return mark.startsWith('M') ? w('markM') : w('markEng');
}

/** The name of a parameter without its group, and the group. */
export function keyParts(key: string): { group: string; name: string } {
  const at = key.indexOf('.');
  return { group: key.slice(0, at), name: key.slice(at + 1) };
}

const BackTestShape = (value: unknown): value is SavedTest =>
  typeof value === 'object' && value !== null && 'leads' in value && 'rules' in value && 'more' in value;

/** A lead that a back-test names. */
export interface TestedLead {
  id: string;
  vehicleId: number;
  vin: string;
  cause: string;
  level: string;
  firstDay: string;
  lastDay: string;
}

/** What a back-test came to, as its job keeps it. */
export interface SavedTest {
  stage: 1 | 2;
  trucks: number;
  days: number;
  whole: boolean;
  /** Absent in results of older versions. */
  notTested?: string[];
  rules: Record<string, { inForce: number; tried: number; appear: number; vanish: number; otherLevel: number }>;
  leads: { inForce: number; tried: number; appear: TestedLead[]; vanish: TestedLead[] };
  more: { leadsAppear: number; leadsVanish: number };
}

/** The result of a finished back-test; null when there is none. */
export function savedTest(result: unknown): SavedTest | null {
  return BackTestShape(result) ? result : null;
}

/** What a back-test was asked, from its job. */
export function testedNumbers(job: { arguments: Record<string, unknown> }): {
  overrides: Record<string, number>;
  from: string;
  to: string;
} {
  const { overrides, from, to } = job.arguments;
  const numbers = typeof overrides === 'object' && overrides !== null ? Object.entries(overrides) : [];
  return {
    overrides: Object.fromEntries(numbers.filter((entry): entry is [string, number] => typeof entry[1] === 'number')),
    from: typeof from === 'string' ? from : '',
    to: typeof to === 'string' ? to : '',
  };
}
