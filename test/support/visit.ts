import type { Browser, BrowserContext, Page } from 'playwright-core';

/** How the console is looked at. */
export interface Look {
  readonly language: 'zh' | 'en';
  readonly scheme: 'light' | 'dark';
  readonly width: number;
  readonly height: number;
}

const QUIET_MS = 150;
/** There is something in the page, and nothing of it is still being read. */
const DRAWN =
  "(document.querySelector('main')?.childElementCount ?? 0) > 0 && !/读取中…|登录中…|Loading…|Signing in…/.test(document.body.innerText)";
const SETTLE_MS = 60_000;

/** A page of a browser, and what it complained of. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of its console, exceptions, and answers that were refused, since this was asked last. */
  complaints(): string[];
  /** Goes to an address and waits until the page has everything that it asked for, and says nowhere that it is loading. */
  visit(url: string): Promise<void>;
  /** Changes how it is looked at. The next visit shows it. */
  look(look: Look): Promise<void>;
}

/** Opens a page in a context of its own. */
export async function openVisitor(browser: Browser, look: Look): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.scheme,
    bypassCSP: true,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  let waiting = 0;
  let busyAt = Date.now();
  const counts = (kind: string) => kind !== 'eventsource';
  page.on('request', (request) => {
    if (counts(request.resourceType())) waiting += 1;
    busyAt = Date.now();
  });
  const over = (kind: string) => {
    if (counts(kind)) waiting -= 1;
    busyAt = Date.now();
  };
  page.on('requestfinished', (request) => over(request.resourceType()));
  page.on('requestfailed', (request) => over(request.resourceType()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  let next = look;
  return {
    page,
    context,
    complaints: () => complaints.splice(0),
    look: async (changed) => {
      next = changed;
      await page.setViewportSize({ width: changed.width, height: changed.height });
      await page.emulateMedia({ colorScheme: changed.scheme, reducedMotion: 'reduce' });
    },
    visit: async (url) => {
      const { origin } = new URL(url);
      // The language is kept in the browser, by origin.
      if (!page.url().startsWith(origin)) await page.goto(`${origin}/healthz`);
      await page.evaluate(`localStorage.setItem('plume.language', '${next.language}')`);
      waiting = 0;
      await page.goto(url);
      const deadline = Date.now() + SETTLE_MS;
      while (true) {
        const quiet = waiting <= 0 && Date.now() - busyAt >= QUIET_MS;
        if (quiet && (await page.evaluate<boolean>(DRAWN))) return;
        if (Date.now() > deadline) throw new Error(`${url} still loads after ${SETTLE_MS / 1000} s`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}
