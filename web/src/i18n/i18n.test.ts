import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { fill } from './index.ts';
import { zh } from './zh.ts';

const CJK = /[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]/;
const SOURCE = join(import.meta.dirname, '..');

const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

describe('the two languages', () => {
  it('have the same keys in the same order', () => {
    expect(Object.keys(en)).toEqual(Object.keys(zh));
  });

  it('fill in the same names', () => {
    const chinese: Record<string, string> = zh;
    for (const [key, text] of Object.entries(en)) expect(`${key} ${names(text)}`).toBe(`${key} ${names(chinese[key] ?? '')}`);
  });

  it('leave nothing empty, and no Chinese in the English but the way back to Chinese', () => {
    for (const [key, text] of [...Object.entries(zh), ...Object.entries(en)])
      expect(`${key}: ${text.trim()}`).not.toBe(`${key}: `);
    const chineseInEnglish = Object.entries(en).filter(([, text]) => CJK.test(text));
    expect(chineseInEnglish.map(([key]) => key)).toEqual(['language']);
  });

  it('are the only place of words: no component holds Chinese text', () => {
    const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
      (f) => /\.tsx?$/.test(f) && !/test\.ts$|zh\.ts$|en\.ts$/.test(f),
    );
    expect(files.length).toBeGreaterThan(25);
    // Comments may quote the page.
    const code = (file: string) => readFileSync(join(SOURCE, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    expect(files.filter((file) => CJK.test(code(file)))).toEqual([]);
  });

  it('use every key', () => {
    const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
      (f) => /\.tsx?$/.test(f) && !/test\.ts$|zh\.ts$|en\.ts$/.test(f),
    );
    const code = files.map((file) => readFileSync(join(SOURCE, file), 'utf8')).join('\n');
    const made = (key: string) => /^stage(IV|V|VI)$/.test(key);
    expect(Object.keys(zh).filter((key) => !made(key) && !new RegExp(`['"]${key}['"]`).test(code))).toEqual([]);
  });
});

describe('a text', () => {
  it('has its names filled in; a name without a value stays visible', () => {
    expect(fill('{n} of {total}', { n: 1, total: 2 })).toBe('1 of 2');
    expect(fill('{n} of {total}', { n: 1 })).toBe('1 of {total}');
  });
});
