import { describe, expect, it } from 'vitest';
import type { Finding, Target } from './finding.ts';
import { markdown, type Report, withResults } from './report.ts';

const target = (id: string): Target => ({
  id,
  promise: `promise of ${id}`,
  measure: () => Promise.reject(new Error('not here')),
});
const finding = (value: string): Finding => ({ verdict: 'met', figures: [{ what: 'rate', value }], note: `as ${value}` });
const report = (command: string, ...results: [id: string, value: string][]): Report => ({
  machine: ['- Machine: M', '- Source: S'],
  command,
  date: new Date('2026-11-30T10:00:00Z'),
  minutes: 3,
  results: results.map(([id, value]) => ({ target: target(id), finding: finding(value) })),
  missing: [{ id: 'P9', promise: 'queries' }],
});

describe('a run of some targets', () => {
  const whole = markdown(report('npm run bench', ['P1', '1/s'], ['P2', '2/s'], ['P3', '3/s']));

  it.each(['P1', 'P2', 'P3'])('takes the place of what the report said of %s, and of nothing else', (id) => {
    const text = withResults(whole, report('npm run bench -- --only x', [id, '9/s']));
    expect(text).toContain(`| ${id} | promise of ${id} | **met** |`);
    expect(text).toContain(
      'as 9/s\n\nMeasured apart from the others by `npm run bench -- --only x`, 2026-11-30, 3 minutes. Machine: M; Source: S.\n',
    );
    expect(text.match(/^## /gm)).toHaveLength(3);
    const others = ['P1', 'P2', 'P3'].filter((each) => each !== id);
    for (const each of others) expect(text).toContain(`as ${each.slice(1)}/s\n`);
    expect(withResults(text, report('npm run bench -- --only x', [id, '9/s']))).toBe(text);
  });

  it('is added where the report said that it was not measured', () => {
    const text = withResults(whole, report('npm run bench -- --only P9', ['P9', '9/s']));
    expect(text).toContain('| P9 | promise of P9 | **met** |');
    expect(text).not.toContain('not measured by this version');
    expect(text.endsWith('Source: S.\n')).toBe(true);
    expect(text.startsWith(whole.slice(0, 100))).toBe(true);
  });
});
