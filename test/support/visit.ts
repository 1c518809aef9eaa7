import type { Browser, BrowserContext, Page, Request } from 'playwright-core';

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
/** How long a page may take for one step on a machine that is busy with much else; long enough that only a page that hangs reaches it. */
export const PATIENCE_MS = 180_000;

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
  /** Changes the page that is open as its reader would, without loading it again, and waits until it has everything it asked for then. */
  turn(look: Look): Promise<void>;
}

/** Opens a page in a context of its own. */
export async function openVisitor(browser: Browser, look: Look): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.scheme,
    bypassCSP: true,
    reducedMotion: 'reduce',
    locale: look.language === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'Asia/Shanghai',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  const waiting = new Set<Request>();
  let busyAt = Date.now();
  page.on('request', (request) => {
    if (request.resourceType() !== 'eventsource') waiting.add(request);
    busyAt = Date.now();
  });
  const over = (request: Request) => {
    waiting.delete(request);
    busyAt = Date.now();
  };
  page.on('response', (response) => over(response.request()));
  page.on('requestfinished', over);
  page.on('requestfailed', over);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // Who asks whether somebody is signed in, or opens what is no page, is told so; that is no error of a page.
    if (/favicon\.ico|\/api\/v1\/session$/.test(message.location().url)) return;
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  let next = look;
  const settle = async () => {
    const deadline = Date.now() + PATIENCE_MS;
    while (true) {
      const quiet = waiting.size === 0 && Date.now() - busyAt >= QUIET_MS;
      if (quiet && (await page.evaluate<boolean>(DRAWN))) return;
      if (Date.now() > deadline) {
        const said = (await page.evaluate<string>('document.body.innerText')).replaceAll('\n', ' ').slice(-300);
        throw new Error(
          `${page.url()} still loads after ${PATIENCE_MS / 1000} s for ${[...waiting].map((each) => each.url()).join(' ')}: ${said}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const dress = async (changed: Look) => {
    next = changed;
    await page.setViewportSize({ width: changed.width, height: changed.height });
    await page.emulateMedia({ colorScheme: changed.scheme, reducedMotion: 'reduce' });
  };
  return {
    page,
    context,
    complaints: () => complaints.splice(0),
    look: dress,
    turn: async (changed) => {
      const other = changed.language !== next.language;
      await dress(changed);
      // The button may be folded away on a phone; it does the same work.
      if (other) await page.evaluate("document.querySelector('.tools > button').click()");
      busyAt = Date.now();
      await settle();
    },
    visit: async (url) => {
      const { origin } = new URL(url);
      // The language is kept in the browser, by origin.
      if (!page.url().startsWith(origin)) await page.goto(`${origin}/healthz`);
      await page.evaluate(`localStorage.setItem('plume.language', '${next.language}')`);
      waiting.clear();
      await page.goto(url);
      await settle();
    },
  };
}
