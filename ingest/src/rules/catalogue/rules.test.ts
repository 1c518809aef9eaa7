import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAUSES, LEVELS, RULE_IDS } from '../finding.ts';
import { EXPLANATIONS } from './explanations.ts';
import { FIGURES } from './figures.ts';
import { PARAMETER_KEYS, plausibleRange } from './overrides.ts';
import { parameterRow } from './parameters.ts';
import { CAVEATS, REASONS } from './reasons.ts';
import { LEAD_PARAMETERS, REFERENCE_PARAMETERS, RULES } from './rules.ts';
import { rulesMarkdown } from './rules-markdown.ts';
import { CODE_WORDS } from './words.ts';

const hasChinese = (text: string): boolean => /\p{Script=Han}/u.test(text);

describe('the catalogue of rules', () => {
  it('has one row a rule, in the order of the ids', () => {
    expect(RULES.map((row) => row.id)).toEqual(RULE_IDS);
  });

  it.each(RULES.map((row) => [row.id, row] as const))('%s says in both languages what it is, needs and says', (_id, row) => {
    for (const text of [row.name, row.says, row.needs]) {
      expect(hasChinese(text.zh)).toBe(true);
      expect(text.en).not.toBe('');
      expect(hasChinese(text.en)).toBe(false);
    }
    expect(row.source).not.toBe('');
    expect(row.speaksWithinDays).toBeGreaterThan(0);
    expect(CAUSES).toContain(row.cause);
  });

  it.each(RULES.map((row) => [row.id, row] as const))('%s names numbers, reasons and caveats once each', (_id, row) => {
    for (const list of [row.parameters, row.reasons, row.caveats, row.restsOn, row.levels])
      expect(new Set(list).size).toBe(list.length);
    for (const code of row.reasons) expect(REASONS[code]).toBeDefined();
    for (const code of row.caveats) expect(CAVEATS[code]).toBeDefined();
    expect(row.restsOn).not.toContain(row.id);
  });

  it('makes a lead from a level the rule can reach, and never from an event', () => {
    for (const { levels, leadFrom } of RULES) {
      expect([...levels].sort((a, b) => LEVELS.indexOf(a) - LEVELS.indexOf(b))).toEqual(levels);
      if (leadFrom === null) continue;
      expect(levels).toContain(leadFrom);
      expect(leadFrom).not.toBe('event');
    }
  });

  it('puts every rule that the handbook calls for on the officer’s list there', () => {
    const listed = RULES.filter((row) => row.officerList).map((row) => row.id);
    expect(listed).toEqual(expect.arrayContaining(['R-A3', 'R-A4', 'R-C3', 'R-TAMPER']));
    for (const { officerList, leadFrom } of RULES) if (officerList) expect(leadFrom).not.toBeNull();
  });

  it('has every number of stage 2 read by a rule, by leads or by references', () => {
    const read = new Set([...RULES.flatMap((row) => row.parameters), ...LEAD_PARAMETERS, ...REFERENCE_PARAMETERS]);
    expect(PARAMETER_KEYS.filter((key) => key.startsWith('verdicts.') && !read.has(key))).toEqual([]);
    for (const key of read) expect(PARAMETER_KEYS).toContain(key);
  });

  it.each(PARAMETER_KEYS.map((key) => [key] as const))('%s has a unit, a source, and lies within its bounds', (key) => {
    const { value, unit, source } = parameterRow(key);
    const [least, most] = plausibleRange(key);
    expect(unit).not.toBe('');
    expect(source).not.toBe('');
    expect(value).toBeGreaterThanOrEqual(least);
    expect(value).toBeLessThanOrEqual(most);
    expect(least).toBeLessThan(most);
  });
});

describe('texts', () => {
  it('has both languages of every reason, caveat, figure and word', () => {
    for (const { zh, en } of [...Object.values(REASONS), ...Object.values(CAVEATS), ...Object.values(CODE_WORDS)]) {
      expect(zh).not.toBe('');
      expect(hasChinese(en)).toBe(false);
    }
    for (const { zh, en } of Object.values(FIGURES)) {
      expect(zh).not.toBe('');
      expect(hasChinese(en)).toBe(false);
    }
  });

  it.each(RULE_IDS.map((id) => [id] as const))('%s names only figures of the catalogue, the same in both languages', (id) => {
    const template = EXPLANATIONS[id];
    const forms =
      typeof template === 'function' ? [template({}), template({ ureaShare: 2, neverSeen: 'yes', alarmDay: null })] : [template];
    const named = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/gu)].map((match) => match[1] ?? '').sort();
    for (const { zh, en } of forms) {
      expect(named(zh)).toEqual(named(en));
      for (const key of named(en)) expect(Object.keys(FIGURES)).toContain(key);
      expect(hasChinese(zh)).toBe(true);
    }
  });
});

describe('docs/rules.md', () => {
  it('is what the catalogue says (npm run generate)', () => {
    expect(readFileSync(new URL('../../../../docs/rules.md', import.meta.url), 'utf8')).toBe(rulesMarkdown());
  });

  it('has a section a rule and a line a number', () => {
    for (const id of RULE_IDS) expect(rulesMarkdown()).toContain(`\n### ${id}\n`);
    for (const key of PARAMETER_KEYS) expect(rulesMarkdown()).toContain(`\n| \`${key}\` |`);
  });
});
