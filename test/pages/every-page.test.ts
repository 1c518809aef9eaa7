import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launch } from '../support/chromium.ts';
import { openConsoleSite, signedIn } from '../support/console-site.ts';
import { addressesOf, makeReport, NO_THINGS, openCase, type Things, thingsOf } from '../support/page-list.ts';
import { type Service, startService } from '../support/service.ts';
import { type Look, openVisitor, type Visitor } from '../support/visit.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TEXT = 'document.body.innerText';
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const FIRST: Look = { language: 'zh', scheme: 'light', ...WIDE };
/**
 * Every language, size and theme, in an order in which one page is turned from one to the next. Words and room are the same in both themes,
 * so where the theme alone is another only what depends on it is asked for.
 */
const LOOKS: readonly (Look & { ask: 'all' | 'colours' })[] = (['zh', 'en'] as const).flatMap((language) => [
  { language, scheme: 'light', ...WIDE, ask: 'all' },
  { language, scheme: 'dark', ...WIDE, ask: 'colours' },
  { language, scheme: 'dark', ...PHONE, ask: 'all' },
  { language, scheme: 'light', ...PHONE, ask: 'colours' },
]);
const nameOf = ({ language, scheme, width }: Look) => `${language} ${scheme} ${width}`;
const MAIN = "document.querySelector('main')?.innerText ?? ''";
/** Something to do or to learn: a sentence, a control, or a figure. */
const ENOUGH_CHARACTERS = 6;

/** Somebody of each role, and one who is not signed in. */
type People = Readonly<Record<'administrator' | 'officer' | 'auditor' | 'stranger', Visitor>>;

/** Rules of axe whose outcome depends on the theme. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** What axe finds, as one line each. */
const violations = (options: object) => `axe.run(${JSON.stringify(options)}).then((all) => all.violations.flatMap((each) =>
    each.nodes.slice(0, 2).map((node) => [each.impact, each.id, node.html.slice(0, 160)].join(' '))))`;

/** Boxes that are made to be moved sideways where they are too narrow, by keyboard too: tables, the year, rows of tabs and counts, lines to copy. */
const MOVED_SIDEWAYS =
  '.table-box, .wide-table, .series-table, .rule-numbers, .twin, .year-box, .parts, .choice, .facts, .counts, .tabs, pre, code, .field-box';

/** What lies beyond the right edge of the screen and in no box that is made to be moved sideways, nor is cut off on purpose; the outermost parts. */
const TOO_WIDE = `(() => {
  const beyond = (e) => { const box = e.getBoundingClientRect(); return box.width > 0 && box.height > 0 && box.right > innerWidth + 1; };
  const held = (e) => {
    for (let up = e.parentElement; up; up = up.parentElement) {
      if (beyond(up)) continue;
      const { overflowX } = getComputedStyle(up);
      if (overflowX === 'hidden' || overflowX === 'clip') return !up.matches('html, body, .app, .page, main');
      if (up.matches(${JSON.stringify(MOVED_SIDEWAYS)}) && overflowX !== 'visible') return true;
    }
    return false;
  };
  return [...document.body.querySelectorAll('*')]
    .filter((e) => !e.closest('.hidden-words, svg svg') && beyond(e) && e.parentElement && !beyond(e.parentElement) && !held(e))
    .map((e) => e.tagName.toLowerCase() + '.' + e.className + ' by ' + Math.round(e.getBoundingClientRect().right - innerWidth) + ' px: ' + e.textContent.slice(0, 40));
})()`;

/** What of a page lies below its lower edge in no box that scrolls: nobody can reach it. */
const CUT_OFF = `[...document.querySelectorAll('main')].filter((e) => e.scrollHeight > e.clientHeight + 1 && getComputedStyle(e).overflowY !== 'auto').map((e) => e.scrollHeight - e.clientHeight)`;

/** Everything on the page that is open that nobody should have to see. */
async function faultsOn({ page, complaints }: Visitor, url: string, ask: 'all' | 'colours'): Promise<string[]> {
  if (ask === 'colours') return await page.evaluate<string[]>(violations({ runOnly: { type: 'rule', values: COLOUR_RULES } }));
  const faults = await page.evaluate<string[]>(violations({}));
  const text = await page.evaluate<string>(TEXT);
  // A template of a document names what is filled in, in braces.
  const holes = url.includes('/documents') ? /\b(undefined|NaN)\b/g : /\b(undefined|NaN|\[object \w+\])\b|\{[a-zA-Z]\w*\}/g;
  for (const found of text.match(holes) ?? []) faults.push(`says ${found}`);
  for (const wide of await page.evaluate<string[]>(TOO_WIDE)) faults.push(`is wider than the screen: ${wide}`);
  for (const by of await page.evaluate<number[]>(CUT_OFF)) faults.push(`is cut off by ${by} px at its lower edge`);
  // The form of exports asks what its file would hold, and says in its fields why it would hold nothing.
  return [...faults, ...complaints().filter((each) => !/400.*\/exports\/plan/.test(each))];
}

/** Opens a page and looks at it in each of these ways; answers the faults by the way it was looked at. */
async function faultsOf(visitor: Visitor, url: string, looks: typeof LOOKS): Promise<Record<string, string[]>> {
  const wrong: Record<string, string[]> = {};
  let open = false;
  for (const look of looks) {
    let faults: string[];
    try {
      if (open) await visitor.turn(look);
      else {
        await visitor.look(look);
        await visitor.visit(url);
        await visitor.page.evaluate(axeSource);
        open = true;
      }
      faults = await faultsOn(visitor, url, look.ask);
      if (look.language === 'en' && look.ask === 'all')
        faults.push(...chineseIn(await visitor.page.evaluate<string>(MAIN)).map((each) => `in Chinese: ${each}`));
    } catch (error) {
      faults = [String(error)];
      open = false;
    }
    if (faults.length > 0) wrong[nameOf(look)] = faults;
  }
  return wrong;
}

/** Keeps the faults of a page, and tells them at once: a run over all pages is long, and may be ended. */
function note(wrong: Record<string, Record<string, string[]>>, path: string, faults: Record<string, string[]>): void {
  wrong[path] = faults;
  console.error(path, JSON.stringify(faults, null, 1));
}

/** Names, plates and numbers of documents, which are Chinese in both languages. */
const NAMES = /疑似\S*线索|新[A-Z]·?\S+|[^\n]*(市|县|区|自治县|开发区|队|运输|公司|中文|登记|国务院|GB|HJ|号)[^\n]*/g;

/** Other Chinese on an English page. */
function chineseIn(text: string): string[] {
  return text.replace(NAMES, '').match(/\p{Script=Han}[^\n]{0,20}/gu) ?? [];
}

describe.runIf(findChromium() !== null)('every page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => await browser?.close());

  async function peopleOf(service: Service): Promise<People> {
    const person = (role: 'administrator' | 'officer' | 'auditor') =>
      signedIn(service, browser, { name: role, displayName: role, role }, FIRST);
    const people = {
      // The first account is an administrator's.
      administrator: await person('administrator'),
      officer: await person('officer'),
      auditor: await person('auditor'),
      stranger: await openVisitor(browser, FIRST),
    };
    return people;
  }

  describe('of a site with demonstration data', () => {
    let site: Awaited<ReturnType<typeof openConsoleSite>>;
    let people: People;
    let things: Things;

    beforeAll(async () => {
      site = await openConsoleSite();
      const { service } = site;
      people = await peopleOf(service);
      const [caseId, reportId] = [await openCase(service.api), await makeReport(service.api)];
      things = { ...(await thingsOf(service.api)), caseId, reportId };
    });
    afterAll(async () => await site?.remove());

    it('is without violation, error, sideways scroll and untranslated word, in each language and theme, wide and on a phone', async () => {
      const wrong: Record<string, Record<string, string[]>> = {};
      for (const address of addressesOf(things)) {
        const faults = await faultsOf(people[address.by], site.service.url + address.path, LOOKS);
        if (Object.keys(faults).length > 0) note(wrong, address.path, faults);
      }
      expect(wrong).toEqual({});
    });
  });

  describe('of an empty site', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'plume-empty-'));
    let service: Service;
    let people: People;

    beforeAll(async () => {
      service = await startService({ dataDir });
      people = await peopleOf(service);
    });
    afterAll(async () => {
      await service?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    });

    it('says what there is to do, and is without fault', async () => {
      const wrong: Record<string, Record<string, string[]>> = {};
      const looks = LOOKS.filter(({ language, width, ask }) => language === 'zh' && width === PHONE.width && ask === 'all');
      for (const address of addressesOf(NO_THINGS)) {
        const visitor = people[address.by];
        const faults = await faultsOf(visitor, service.url + address.path, looks);
        const said = (await visitor.page.evaluate<string>(MAIN)).trim();
        if (said.length < ENOUGH_CHARACTERS) faults.words = [`says only "${said}"`];
        if (Object.keys(faults).length > 0) note(wrong, address.path, faults);
      }
      expect(wrong).toEqual({});
    });
  });
});
