import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/**
 * Whether stories can run in a browser here. Where Debian's chromium is missing they are skipped with a line that says
 * how to get it; in CI that is a failure.
 */
export function hasBrowser(): boolean {
  if (existsSync(CHROMIUM)) return true;
  const hint = `Browser tests need chromium at ${CHROMIUM}: apt-get install chromium, or set CHROMIUM_PATH.`;
  if (process.env.CI !== undefined) throw new Error(hint);
  process.stderr.write(`SKIPPED: ${hint}\n`);
  return false;
}

export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}
