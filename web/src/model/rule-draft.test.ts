import { describe, expect, it } from 'vitest';
import { changedBy, draftFault, overridesWith, readDraft, writeDraft } from './rule-draft.ts';

const row = (key: string, value: number, product: number) => ({
  key,
  value,
  product,
  least: 1,
  most: 10,
  changed: value !== product,
});
const LIMIT = row('verdicts.inUseV', 4, 4);
const OTHER = row('verdicts.guardB', 1.5, 1.28);

describe('a draft', () => {
  it('goes through the address and back', () => {
    const draft = { 'verdicts.inUseV': '3.5', 'verdicts.guardB': '1.3' };
    expect(readDraft(writeDraft(draft))).toEqual(draft);
  });

  it.each(['', 'x', 'verdicts.inUseV', 'verdicts.inUseV=', '=3', '__proto__=1', 'a.b=1=2', '<b>.x=1'])(
    'of "%s" is empty',
    (text) => expect(readDraft(text)).toEqual({}),
  );

  it.each([
    ['', 'notNumber'],
    ['four', 'notNumber'],
    ['0.99', 'range'],
    ['1', undefined],
    ['10', undefined],
    ['10.01', 'range'],
    ['Infinity', 'notNumber'],
  ])('of "%s" is %s', (text, fault) => expect(draftFault(LIMIT, text)).toBe(fault));

  it('changes what differs from the number in force, and nothing that is wrong', () => {
    const changed = (draft: Record<string, string>) =>
      changedBy(draft, [LIMIT, OTHER]).map(({ parameter, value }) => [parameter.key, value]);
    expect(changed({ 'verdicts.inUseV': '4.0', 'verdicts.guardB': '1.28' })).toEqual([['verdicts.guardB', 1.28]]);
    expect(changed({ 'verdicts.inUseV': '99' })).toEqual([]);
  });

  it('makes a whole version: what stands stays, and the product’s own number is not named', () => {
    expect(overridesWith({}, [LIMIT, OTHER])).toEqual({ 'verdicts.guardB': 1.5 });
    expect(overridesWith({ 'verdicts.inUseV': '3.5' }, [LIMIT, OTHER])).toEqual({
      'verdicts.inUseV': 3.5,
      'verdicts.guardB': 1.5,
    });
    expect(overridesWith({ 'verdicts.guardB': '1.28' }, [LIMIT, OTHER])).toEqual({});
  });
});
