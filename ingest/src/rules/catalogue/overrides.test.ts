import { describe, expect, it } from 'vitest';
import { sha256OfJson } from '../canonical-json.ts';
import { checkOverrides, PARAMETER_KEYS, plausibleRange } from './overrides.ts';
import { parameterRow, parametersWith } from './parameters.ts';
import { RULES_VERSION, rulesVersion } from './version.ts';

describe('numbers that a site wants to change', () => {
  it.each([
    [{ 'roadCheck.days': 20, 'roadCheck.mostDaysAfter': 19 }, 'roadCheck.mostDaysAfter'],
    [{ 'roadCheck.days': 30, 'roadCheck.lookBackDays': 29 }, 'roadCheck.lookBackDays'],
  ])('refuses numbers of the road check that could never be met together: %j', (given, field) => {
    expect(checkOverrides(given)).toMatchObject({ ok: false, errors: [{ code: 'contradicts', field }] });
  });

  it('are taken when they are known, finite, and within their bounds', () => {
    const overrides = { 'verdicts.inUseIV': 8, 'verdicts.persistDays': 4 };
    expect(checkOverrides(overrides)).toEqual({ ok: true, overrides });
    expect(checkOverrides({})).toEqual({ ok: true, overrides: {} });
    expect(parametersWith(overrides).verdicts).toMatchObject({ inUseIV: 8, persistDays: 4, inUseV: 4 });
  });

  it.each([
    [{ 'verdicts.nothing': 1 }, 'unknownNumber', 'verdicts.nothing'],
    [{ inUseIV: 8 }, 'unknownNumber', 'inUseIV'],
    [{ 'verdicts.toString': 8 }, 'unknownNumber', 'verdicts.toString'],
    [{ 'verdicts.inUseIV': Number.NaN }, 'notANumber', 'verdicts.inUseIV'],
    [{ 'verdicts.inUseIV': Number.POSITIVE_INFINITY }, 'notANumber', 'verdicts.inUseIV'],
    [{ 'verdicts.inUseIV': '8' }, 'notANumber', 'verdicts.inUseIV'],
    [{ 'verdicts.inUseIV': null }, 'notANumber', 'verdicts.inUseIV'],
    [{ 'verdicts.inUseIV': 20.1 }, 'outsideRange', 'verdicts.inUseIV'],
    [{ 'verdicts.inUseIV': 1.99 }, 'outsideRange', 'verdicts.inUseIV'],
    [{ 'verdicts.minExpectedDropPct': 9.9 }, 'outsideRange', 'verdicts.minExpectedDropPct'],
    [{ 'verdicts.tamperTests': 1 }, 'outsideRange', 'verdicts.tamperTests'],
  ])('%j is refused: %s', (given, code, field) => {
    expect(checkOverrides(given)).toMatchObject({ ok: false, errors: [{ code, field }] });
  });

  it('are all told at once what is wrong, where, and what to do', () => {
    const check = checkOverrides({ 'verdicts.inUseIV': 99, 'verdicts.x': 1 });
    expect(check).toMatchObject({ ok: false });
    if (check.ok) return;
    expect(check.errors.map((each) => each.en)).toEqual([
      'verdicts.inUseIV = 99 is not believed; give a value from 2 to 20 g/kWh',
      'there is no number "verdicts.x"; names are in the rules catalogue',
    ]);
    expect(check.errors[0]?.zh).toContain('请取 2 至 20 g/kWh');
  });

  it('never let fewer than two independent tests say tampering, nor a gauge be tested on less than 10 %', () => {
    expect(plausibleRange('verdicts.tamperTests')[0]).toBe(2);
    expect(plausibleRange('verdicts.minExpectedDropPct')[0]).toBe(10);
    expect(plausibleRange('verdicts.frozenDropPct')[0]).toBe(10);
  });

  it('are taken at their own value and at both of their bounds', () => {
    for (const key of PARAMETER_KEYS)
      for (const value of [parameterRow(key).value, ...plausibleRange(key)])
        expect(checkOverrides({ [key]: value }).ok).toBe(true);
  });
});

describe('the version of the rules', () => {
  it('is that of the product without changes', () => {
    expect(rulesVersion()).toBe(RULES_VERSION);
    expect(rulesVersion({})).toBe(RULES_VERSION);
    expect(RULES_VERSION).toMatch(/^\d+\.\d+\.\d+$/u);
  });

  it('has eight hexadecimal digits of the changes, whatever their order', () => {
    const a = rulesVersion({ 'verdicts.inUseIV': 8, 'verdicts.inUseV': 5 });
    expect(a).toBe(`${RULES_VERSION}+${sha256OfJson({ 'verdicts.inUseIV': 8, 'verdicts.inUseV': 5 }).slice(0, 8)}`);
    expect(rulesVersion({ 'verdicts.inUseV': 5, 'verdicts.inUseIV': 8 })).toBe(a);
    expect(rulesVersion({ 'verdicts.inUseV': 5, 'verdicts.inUseIV': 8.1 })).not.toBe(a);
  });

  it('does not name a parameter that does not exist', () => {
    expect(() => parameterRow('verdicts.none' as never)).toThrow(RangeError);
  });
});
