// Pictures of every page of the console: npm run screenshots -- [--data-dir DIR] [--out DIR] [--only TEXT] [--png] [--all]
//
// Without --data-dir it starts a demonstration of its own and waits until its history is written and judged (some minutes); with it, it looks
// at the service that runs on that directory. --only: pages whose name holds the text. --all: both languages and both themes at both sizes,
// not only those that are kept: Chinese in both themes, English in the dark one. --png: not WebP.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type ApiCall, apiCall } from '@plume/api';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { launch } from '../support/chromium.ts';
import { type Address, addressesOf, makeReport, openCase, thingsOf } from '../support/page-list.ts';
import { startService } from '../support/service.ts';
import { type Look, openVisitor, type Visitor } from '../support/visit.ts';

const KEPT = fileURLToPath(new URL('../../docs/screens', import.meta.url));
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const WALL = { width: 2560, height: 1440 };
/** Of WebP: letters stay sharp, and all pictures together stay small. */
const QUALITY = 72;
const JUDGED_MS = 40 * 60_000;

const { values: options } = parseArgs({
  options: {
    'data-dir': { type: 'string' },
    out: { type: 'string', default: KEPT },
    only: { type: 'string', default: '' },
    png: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
  },
});

/** The looks that are kept, or all there are, in an order in which one page is turned from one to the next. */
function looks(): Look[] {
  const schemes: Readonly<Record<Look['language'], readonly Look['scheme'][]>> = {
    zh: ['light', 'dark'],
    en: options.all ? ['dark', 'light'] : ['dark'],
  };
  return (['zh', 'en'] as const).flatMap((language) =>
    [WIDE, PHONE].flatMap((size) => schemes[language].map((scheme) => ({ language, scheme, ...size }))),
  );
}

const fileOf = ({ name }: Pick<Address, 'name'>, { language, scheme, width }: Look) =>
  `${name}.${width}.${language}-${scheme}.${options.png ? 'png' : 'webp'}`;

async function shoot(visitor: Visitor, file: string): Promise<void> {
  const session = await visitor.context.newCDPSession(visitor.page);
  const { data } = await session.send(
    'Page.captureScreenshot',
    options.png ? { format: 'png' } : { format: 'webp', quality: QUALITY },
  );
  await session.detach();
  writeFileSync(join(options.out, file), Buffer.from(data, 'base64'));
}

const Demo = z.object({ historyShare: z.number().nullable(), daysToEvaluate: z.number() });

/** Waits until the demonstration has its whole history, judged. */
async function judged(api: ApiCall): Promise<void> {
  const deadline = Date.now() + JUDGED_MS;
  while (Date.now() < deadline) {
    const { historyShare, daysToEvaluate } = Demo.parse(await api('GET', '/api/v1/demo'));
    // Those of today come and go with the live trucks.
    if (historyShare === null && daysToEvaluate < 5) return;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
  throw new Error(`the demonstration was not written and judged in ${JUDGED_MS / 60_000} minutes`);
}

/** Somebody who may see everything, as the holder of a set-up link does while there is no account, and somebody who is not signed in. */
async function people(browser: Browser, url: string, api: ApiCall, look: Look): Promise<{ all: Visitor; stranger: Visitor }> {
  const { path } = z.object({ path: z.string() }).parse(await api('POST', '/api/v1/setup-links', {}));
  const all = await openVisitor(browser, look);
  await all.page.goto(url + path);
  await all.page.waitForFunction("document.querySelector('.rail')");
  return { all, stranger: await openVisitor(browser, look) };
}

async function run(url: string, api: ApiCall): Promise<void> {
  mkdirSync(options.out, { recursive: true });
  let things = await thingsOf(api);
  if (things.caseId === null) things = { ...things, caseId: await openCase(api) };
  if (things.reportId === null) things = { ...things, reportId: await makeReport(api) };
  const addresses = addressesOf(things).filter(({ name }) => name.includes(options.only));
  const browser = await launch();
  try {
    const [first = { language: 'zh', scheme: 'light', ...WIDE } as const, ...others] = looks();
    const { all, stranger } = await people(browser, url, api, first);
    for (const address of addresses) {
      const who = address.by === 'stranger' ? stranger : all;
      await who.look(first);
      await who.visit(url + address.path);
      await shoot(who, fileOf(address, first));
      for (const look of others) {
        await who.turn(look);
        await shoot(who, fileOf(address, look));
      }
      for (const complaint of who.complaints()) console.error(`${address.path}: ${complaint}`);
    }
    if ('today'.includes(options.only)) {
      const wall = { ...first, ...WALL };
      await all.look(wall);
      await all.visit(`${url}/`);
      await shoot(all, fileOf({ name: 'today' }, wall));
    }
  } finally {
    await browser.close();
  }
  const files = readdirSync(options.out);
  const bytes = files.reduce((sum, file) => sum + statSync(join(options.out, file)).size, 0);
  console.log(`${files.length} pictures in ${options.out}, ${(bytes / 1e6).toFixed(1)} MB`);
}

async function own(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'plume-screens-'));
  const service = await startService({ dataDir, command: 'start' });
  try {
    await judged(service.api);
    await run(service.url, service.api);
  } finally {
    await service.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

if (options['data-dir'] === undefined) {
  await own();
} else {
  const Running = z.object({ url: z.string(), token: z.string() });
  const { url, token } = Running.parse(JSON.parse(readFileSync(join(options['data-dir'], 'service.json'), 'utf8')));
  await run(
    url,
    apiCall((path, init) => fetch(new URL(path, url), init), token),
  );
}
