import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'msedge'];
/** A page takes some two seconds of a processor; a browser that hangs is ended. */
const LIMIT_MS = 120_000;

/** The first Chromium-like browser in these folders; null: there is none. */
export function findChromium(path: string): string | null {
  for (const folder of path.split(delimiter))
    for (const name of NAMES) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
      }
    }
  return null;
}

function flags(profile: string, output: string): string[] {
  return [
    '--headless',
    '--disable-gpu',
    '--no-first-run',
    '--disable-extensions',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-pdf-header-footer',
    `--user-data-dir=${profile}`,
    `--print-to-pdf=${output}`,
    // The sandbox does not work for root; the page has neither scripts nor anything to fetch.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}

/** Prints a page of HTML as PDF with a browser of this machine. Rejects when it does not end well within two minutes. */
export async function printPdf(browser: string, html: Uint8Array): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'plume-print-'));
  try {
    const page = join(folder, 'page.html');
    const output = join(folder, 'page.pdf');
    await writeFile(page, html);
    await run(browser, [...flags(join(folder, 'profile'), output), pathToFileURL(page).href]);
    return new Uint8Array(await readFile(output));
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    // In a group of its own, so that its children end with it.
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-2_000);
    });
    const limit = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, LIMIT_MS);
    child.once('error', (error) => {
      clearTimeout(limit);
      reject(error);
    });
    child.once('close', (code) => {
      clearTimeout(limit);
      if (code === 0) resolve();
      else reject(new Error(`the browser ended with ${code ?? 'a signal'} before the page was printed: ${errors}`));
    });
  });
}
