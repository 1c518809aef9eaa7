/** Other numbers that are being thought about, by key, as typed. */
export type Draft = Readonly<Record<string, string>>;

const ENTRY = /^([A-Za-z][A-Za-z0-9]*\.[A-Za-z][A-Za-z0-9]*)=([^,=]{1,20})$/;
const MOST = 60;

/** The draft that an address carries (`verdicts.inUseV=3.5,…`); what makes no sense is left out. */
export function readDraft(text: string): Draft {
  const draft: Record<string, string> = {};
  for (const part of text.split(',').slice(0, MOST)) {
    const [, key, value] = ENTRY.exec(part) ?? [];
    if (key !== undefined && value !== undefined) draft[key] = value;
  }
  return draft;
}

/** The draft as the address carries it. */
export function writeDraft(draft: Draft): string {
  return Object.entries(draft)
    .map(([key, value]) => `${key}=${value.replaceAll(/[,=\s]/g, '').slice(0, 20)}`)
    .join(',');
}

/** A number of a rule, as far as drafts go. */
export interface Tunable {
  readonly key: string;
  readonly value: number;
  readonly product: number;
  readonly least: number;
  readonly most: number;
}

/** What is wrong with a typed number. */
export type DraftFault = 'notNumber' | 'range';

/** The fault of a typed number; undefined: it may be tried. */
export function draftFault(parameter: Tunable, text: string): DraftFault | undefined {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return 'notNumber';
  return value < parameter.least || value > parameter.most ? 'range' : undefined;
}

/** The numbers of a draft that differ from those in force. */
export function changedBy(
  draft: Draft,
  parameters: readonly Tunable[],
): { readonly parameter: Tunable; readonly value: number }[] {
  return parameters.flatMap((parameter) => {
    const text = draft[parameter.key];
    if (text === undefined || draftFault(parameter, text) !== undefined) return [];
    return Number(text) === parameter.value ? [] : [{ parameter, value: Number(text) }];
  });
}

/** A version whole, with a draft put over the numbers that will be in force: what is the product's own number again is not named. */
export function overridesWith(
  draft: Draft,
  parameters: readonly (Tunable & { readonly changed: boolean })[],
): Record<string, number> {
  const overrides: Record<string, number> = {};
  for (const parameter of parameters) {
    const text = draft[parameter.key];
    const value = text === undefined || draftFault(parameter, text) !== undefined ? parameter.value : Number(text);
    const named = text === undefined ? parameter.changed : true;
    if (named && value !== parameter.product) overrides[parameter.key] = value;
  }
  return overrides;
}
