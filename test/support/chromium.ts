import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { findProgram, installPackages } from './debian-package.ts';
import { loudOnce } from './once-per-run.ts';

/** Runs as root in a sandbox, without a screen or a graphics card, and asks the network for nothing of its own. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function installed(): string | null {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, which is not there`);
    return named;
  }
  return findProgram('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'msedge');
}

/**
 * The path of a Chromium-like browser: CHROMIUM_PATH, else one on PATH, else Debian's package with CJK fonts where it can be installed.
 * Null, after one loud line per run, where there is none: `describe.runIf(findChromium() !== null)`.
 */
export function findChromium(): string | null {
  const found = installed();
  if (found !== null) return found;
  const problem = installPackages(['chromium', 'fonts-noto-cjk']);
  const fresh = installed();
  if (fresh === null) {
    loudOnce(
      'chromium',
      `PAGES NOT TESTED: no Chromium (${problem ?? 'its package has no program'}). Install one, or set CHROMIUM_PATH.`,
    );
  }
  return fresh;
}

/** Starts a headless browser. The caller closes it. Throws where `findChromium` gives null. */
export async function launch(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('no Chromium on this machine; guard the test with findChromium()');
  return chromium.launch({ executablePath, args: FLAGS });
}
