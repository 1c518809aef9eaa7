import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** What every page has. The sheets of pages stay in the browser once their page was seen, so they must not speak of it. */
const SHARED = ['base.css', 'shell.css', 'parts.css'];
/** Two sheets of one page. */
const TOGETHER: Readonly<Record<string, string>> = { 'vehicle-file.css': 'vehicle.css' };

const folder = new URL('.', import.meta.url);
const sheets = readdirSync(folder).filter((name) => name.endsWith('.css'));

function selectors(name: string): string[] {
  const text = readFileSync(new URL(name, folder), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  return [...text.matchAll(/([^{};]+)\{/g)]
    .map(([, head = '']) => head.trim())
    .filter((head) => !head.startsWith('@'))
    .flatMap((head) => head.split(/,(?![^(]*\))/));
}

const classesOf = (selector: string): string[] => [...selector.matchAll(/\.([A-Za-z][\w-]*)/g)].map(([, name = '']) => name);

it('a rule of a page names something of that page alone', () => {
  const owners = new Map<string, Set<string>>();
  for (const name of sheets) {
    for (const each of selectors(name).flatMap(classesOf))
      owners.set(each, (owners.get(each) ?? new Set()).add(TOGETHER[name] ?? name));
  }
  const leaks = sheets
    .filter((name) => !SHARED.includes(name))
    .flatMap((name) =>
      selectors(name)
        .filter((selector) => !classesOf(selector).some((each) => owners.get(each)?.size === 1))
        .map((selector) => `${name}: ${selector.trim()}`),
    );
  expect(sheets.length).toBeGreaterThan(10);
  expect(leaks).toEqual([]);
});
