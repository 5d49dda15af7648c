import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

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
  const browser = await chromium.launch({
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
  const newPage = browser.newPage.bind(browser);
  browser.newPage = async (options) => leftOnlyAtRest(await newPage(options));
  return browser;
}

/**
 * The page to which a buyer comes back looks again every second until its order is done, and a story that goes
 * elsewhere in that instant races it: the browser may arrive and then be taken back, of which `goto` says nothing. So
 * whoever leaves such a page is refused, at any time and not in that instant alone; a story waits for what the page
 * says in the end.
 */
function leftOnlyAtRest(page: Page): Page {
  let looksAgain = false;
  page.on('response', (response) => {
    const request = response.request();
    if (!request.isNavigationRequest() || request.frame() !== page.mainFrame()) return;
    looksAgain = response.headers().refresh !== undefined;
  });
  const goto = page.goto.bind(page);
  page.goto = async (url, options) => {
    if (looksAgain) throw new Error(`${page.url()} would look again by itself, and is left for ${url}`);
    return goto(url, options);
  };
  return page;
}
