import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launch } from '../support/chromium.ts';
import { openConsoleSite, signedIn } from '../support/console-site.ts';
import { addressesOf, NO_THINGS, openCase, type Things, thingsOf } from '../support/page-list.ts';
import { type Service, startService } from '../support/service.ts';
import { type Look, openVisitor, type Visitor } from '../support/visit.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TEXT = 'document.body.innerText';
const PHONE: Look = { language: 'zh', scheme: 'light', width: 390, height: 844 };
/** Each language, each size and each theme, in as few visits as that takes: words, room and colours do not depend on each other. */
const LOOKS: readonly Look[] = [
  { language: 'zh', scheme: 'light', width: 1440, height: 900 },
  { ...PHONE, language: 'en', scheme: 'dark' },
];
const MAIN = "document.querySelector('main')?.innerText ?? ''";
/** Something to do or to learn: a sentence, a control, or a figure. */
const ENOUGH_CHARACTERS = 6;

/** Somebody of each role, and one who is not signed in. */
type People = Readonly<Record<'administrator' | 'officer' | 'auditor' | 'stranger', Visitor>>;

/** What axe finds, as one line each. */
const VIOLATIONS = `axe.run().then((all) => all.violations.flatMap((each) =>
    each.nodes.slice(0, 2).map((node) => [each.impact, each.id, node.html.slice(0, 160)].join(' '))))`;

/** Parts of the page, beside tables and rows of tabs in boxes of their own, of which something lies beyond the edge of the screen. */
const TOO_WIDE = `['html', '.app', '.outside', '.page', 'main', 'main > .scroll:not(.table-box):not(:has(table))', '.vehicle-side', '.split-detail', '.charts', 'dialog']
  .flatMap((name) => [...document.querySelectorAll(name)].filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => name + ' by ' + (e.scrollWidth - e.clientWidth) + ' px'))`;

/** What of a page lies below its lower edge in no box that scrolls: nobody can reach it. */
const CUT_OFF = `[...document.querySelectorAll('main')].filter((e) => e.scrollHeight > e.clientHeight + 1 && getComputedStyle(e).overflowY !== 'auto').map((e) => e.scrollHeight - e.clientHeight)`;

/** Opens a page; answers everything on it that nobody should have to see. */
async function faultsOf(visitor: Visitor, url: string, look: Look): Promise<string[]> {
  const { page } = visitor;
  await visitor.look(look);
  try {
    await visitor.visit(url);
  } catch (error) {
    return [String(error)];
  }
  await page.evaluate(axeSource);
  const faults = await page.evaluate<string[]>(VIOLATIONS);
  const text = await page.evaluate<string>(TEXT);
  // A template of a document names what is filled in, in braces.
  const holes = url.includes('/documents') ? /\b(undefined|NaN)\b/g : /\b(undefined|NaN|\[object \w+\])\b|\{[a-zA-Z]\w*\}/g;
  for (const found of text.match(holes) ?? []) faults.push(`says ${found}`);
  for (const wide of await page.evaluate<string[]>(TOO_WIDE)) faults.push(`is wider than the screen: ${wide}`);
  for (const by of await page.evaluate<number[]>(CUT_OFF)) faults.push(`is cut off by ${by} px at its lower edge`);
  // The form of exports asks what its file would hold, and says in its fields why it would hold nothing.
  return [...faults, ...visitor.complaints().filter((each) => !/400.*\/exports\/plan/.test(each))];
}

/** Chinese on an English page that is no name, plate or number of a document. */
function chineseIn(text: string, names: RegExp): string[] {
  return text.replace(names, '').match(/\p{Script=Han}[^\n]{0,20}/gu) ?? [];
}

describe.runIf(findChromium() !== null)('every page', { timeout: 300_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => await browser?.close());

  async function peopleOf(service: Service): Promise<People> {
    const [look] = LOOKS;
    if (!look) throw new Error('nothing to look at');
    const person = (role: 'administrator' | 'officer' | 'auditor') =>
      signedIn(service, browser, { name: role, displayName: role, role }, look);
    const people = {
      // The first account is an administrator's.
      administrator: await person('administrator'),
      officer: await person('officer'),
      auditor: await person('auditor'),
      stranger: await openVisitor(browser, look),
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
      things = await thingsOf(service.api);
      things = { ...things, caseId: await openCase(service.api) };
    }, 240_000);
    afterAll(async () => await site?.remove());

    it('is without violation, error, sideways scroll and untranslated word, in both languages and themes, wide and on a phone', async () => {
      const names = /疑似\S*线索|新[A-Z]·?\S+|[^\n]*(市|县|区|自治县|开发区|队|运输|公司|中文|登记|国务院|GB|HJ|号)[^\n]*/g;
      const wrong: Record<string, string[]> = {};
      for (const look of LOOKS) {
        for (const address of addressesOf(things)) {
          const visitor = people[address.by];
          const faults = await faultsOf(visitor, site.service.url + address.path, look);
          if (look.language === 'en')
            faults.push(...chineseIn(await visitor.page.evaluate<string>(MAIN), names).map((each) => `in Chinese: ${each}`));
          if (faults.length > 0) wrong[`${address.path} ${look.width} ${look.language}`] = faults;
        }
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
    }, 120_000);
    afterAll(async () => {
      await service?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    });

    it('says what there is to do, and is without fault', async () => {
      const wrong: Record<string, string[]> = {};
      for (const address of addressesOf(NO_THINGS)) {
        const visitor = people[address.by];
        const faults = await faultsOf(visitor, service.url + address.path, PHONE);
        const said = (await visitor.page.evaluate<string>(MAIN)).trim();
        if (said.length < ENOUGH_CHARACTERS) faults.push(`says only "${said}"`);
        if (faults.length > 0) wrong[address.path] = faults;
      }
      expect(wrong).toEqual({});
    });
  });
});
