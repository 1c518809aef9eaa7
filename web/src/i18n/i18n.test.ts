import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';
import { DEFINITIONS } from './definitions.ts';
import { fill, type Words } from './index.ts';
import { term } from './words/terms.ts';

const CJK = /[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]/;
const SOURCE = join(import.meta.dirname, '..');

const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

function isWords(value: unknown): value is Words<string> {
  return typeof value === 'function' && 'zh' in value && 'en' in value;
}

/** Every dictionary, by file and name. */
const dictionaries = Object.entries(import.meta.glob<Record<string, unknown>>('./words/*.ts', { eager: true })).flatMap(
  ([path, exports]) => {
    const file = path.replace('./words/', '');
    return Object.entries(exports).flatMap(([name, value]) =>
      isWords(value) ? [{ name: `${file} ${name}`, file, words: value }] : [],
    );
  },
);

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/.test(file) && !/test\.ts$|i18n\/words\/|i18n\/definitions\.ts$/.test(file),
);
/** Comments may quote the page. */
const code = (file: string) => readFileSync(join(SOURCE, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

describe('the two languages', () => {
  it('are both there for every word, filled with the same names', () => {
    expect(dictionaries.length).toBeGreaterThan(8);
    for (const { name, words } of dictionaries) {
      expect(Object.keys(words.en), name).toEqual(Object.keys(words.zh));
      for (const [key, zh] of Object.entries(words.zh)) {
        const en = words.en[key] ?? '';
        expect(zh.trim() === '' || en.trim() === '', `${name} ${key} is empty`).toBe(false);
        expect(names(en), `${name} ${key}`).toEqual(names(zh));
      }
    }
  });

  it('are not mixed: no Chinese in the English but the way back to Chinese', () => {
    const mixed = dictionaries.flatMap(({ name, words }) =>
      Object.entries(words.en).flatMap(([key, text]) => (CJK.test(text) ? [`${name} ${key}`] : [])),
    );
    expect(mixed).toEqual(['shell.ts t language']);
  });

  it('have a definition for every term, and each says something', () => {
    expect(Object.keys(DEFINITIONS).sort()).toEqual(Object.keys(term.zh).sort());
    for (const [id, { zh, en }] of Object.entries(DEFINITIONS)) {
      expect(Math.min(zh.formula.length, zh.note.length, en.formula.length, en.note.length), id).toBeGreaterThan(4);
      expect(CJK.test(en.formula + en.note), id).toBe(false);
    }
  });

  it('use every word', () => {
    const all = files.map(code).join('\n');
    // Keys that are put together from a code of the API, or looked up by one.
    const looked = ['codes.ts', 'deeds.ts', 'terms.ts'];
    const unused = dictionaries
      .filter(({ file }) => !looked.includes(file))
      .flatMap(({ name, file, words }) =>
        Object.keys(words.zh).flatMap((key) => {
          const made = MADE[file]?.some((pattern) => pattern.test(key));
          return made || new RegExp(`['"]${key}['"]|\\b${key}\\b: '`).test(all) ? [] : [`${name} ${key}`];
        }),
      );
    expect(unused).toEqual([]);
  });
});

/** Keys that a component makes of a code, by dictionary. */
const MADE: Readonly<Record<string, readonly RegExp[]>> = {
  'exports.ts': [/^(xlsx|csv|parquet|geojson|gpx)About$/, /^(queued|running|done|cancelled)$/],
  'shell.ts': [/^stage(IV|V|VI)$/],
  'lay-ups.ts': [/^(entered|changed|removed)$/],
  'rules.ts': [/^(queued|done|failed|cancelled)$/],
  'vehicle.ts': [/^range\d/],
  'ledger.ts': [/^now\d/],
  'evidence.ts': [
    /^(judged|engineOff|ambient|altitude|coolant|missing|error|outOfRange|notReady|stuck|implausible|noFlow|noPower|noData|windows)$/,
  ],
  'notices.ts': [
    /^(lead|alarm|caseDue|caseOverdue|offline|dataQuality|service|digest|report)$/,
    /^(email|webhook|sms|wecom)$/,
    /^(probable|suspected|fault|attention|event)$/,
    /^(waiting|sent|givenUp)$/,
    /^(officer|analyst|administrator|auditor)$/,
    /^reach(Loopback|Private|Public|Refused|Unknown)$/,
  ],
  'leads.ts': [
    /^(probable|suspected|attention|fault|event)$/,
    /^(confirm|reopen|note|undo)Done$/,
    /^(dismiss|assign|note|snooze)Title$/,
  ],
  'history.ts': [/^(found|notEvaluated|clear)Count$/, /^(refill|theft|drain)$/],
  'statistics.ts': [
    /^p(\d+d|month|lastMonth|year|lastYear|own)$/,
    /^compare(none|previous|year)$/,
    /^cluster(days|weeks)$/,
    /^(factor|kg)Concentration$/,
    /^map(noxGPerKm|noxG)$/,
    /^layer(cells|roads)$/,
    /^fail(validDays|effectiveRate|belowLimit|noFinding)$/,
    /^(district|enterprise|stage|model|use|atLeast|below)$/,
    /^treated(fault|type|stage|district)$/,
  ],
  'reports.ts': [/^(day|month|year)(On)?$/, /^periodHint(day|month|year)$/],
  'people.ts': [
    /^(officer|analyst|administrator|auditor)(Text)?$/,
    /^(person|token|setup|service|stranger|system)$/,
    /^weak(Short|Kinds|Contains|Repeats|Common|Old)$/,
  ],
  'cases.ts': [/^lead(Opened|Attached|Reopened)$/],
  'road-check.ts': [/^(repaired|notRepaired|notYetDecidable)$/],
  'calendar.ts': [/^(verify|notice|repair|retest|closing|objection|closeWithin|dueSoon)$/],
  'system.ts': [
    /^(queued|running|done|cancelled|database|ingest|disk|reprocess|backTest|report|reevaluate|evidence|export|backup|edition|maintenance|evaluator|notices|retentionPlan|retentionRun)$/,
    /^(frames|samples|minutes|days)Are$/,
  ],
};

interface Node {
  type?: unknown;
  value?: unknown;
  name?: unknown;
  [key: string]: unknown;
}

const SAID = new Set(['title', 'placeholder', 'alt', 'label', 'aria-label', 'aria-description', 'aria-roledescription']);

/** Words that a component writes by itself: text between its tags, and texts of attributes that are read out. */
function literals(node: unknown, found: string[] = []): string[] {
  if (Array.isArray(node)) for (const each of node) literals(each, found);
  else if (typeof node === 'object' && node !== null) {
    const n = node as Node;
    const wordy = (value: unknown): value is string => typeof value === 'string' && /\p{L}{2,}/u.test(value);
    if (n.type === 'JSXText' && wordy(n.value)) found.push(n.value.trim());
    if (n.type === 'JSXAttribute') {
      const attribute = n as { name?: { name?: unknown }; value?: { type?: unknown; value?: unknown } };
      const said = SAID.has(String(attribute.name?.name));
      if (said && attribute.value?.type === 'Literal' && wordy(attribute.value.value)) found.push(attribute.value.value);
    }
    for (const each of Object.values(n)) literals(each, found);
  }
  return found;
}

const parsed = (file: string, text: string) => literals(parseSync(file, text, { lang: 'tsx' }).program);

describe('a component', () => {
  /** Names that are the same in every language. */
  const NAMES = new Set(['Plume', 'VIN', 'UTC+8', 'NOx', 'SHA-256', 'km', 'kWh', 'g/kWh', 'g/km']);

  it('holds no Chinese text', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => CJK.test(code(file)))).toEqual([]);
  });

  it('holds no English text', () => {
    const found = files
      .filter((file) => file.endsWith('.tsx'))
      .flatMap((file) =>
        parsed(file, readFileSync(join(SOURCE, file), 'utf8'))
          .filter((text) => !NAMES.has(text))
          .map((text) => `${file}: ${text}`),
      );
    expect(found).toEqual([]);
  });

  it('would be found out', () => {
    expect(parsed('x.tsx', 'const a = <p title="Close">Save <b>{x}</b></p>;')).toEqual(['Close', 'Save']);
    expect(parsed('x.tsx', 'const a = <p class="plain">· {x} ●</p>;')).toEqual([]);
  });
});

describe('a text', () => {
  it('has its names filled in; a name without a value stays visible', () => {
    expect(fill('{n} of {total}', { n: 1, total: 2 })).toBe('1 of 2');
    expect(fill('{n} of {total}', { n: 1 })).toBe('1 of {total}');
  });
});
