import type { Browser } from 'playwright-core';
import { hasBrowser, startBrowser } from '../support/service/browser.js';
import { useScrip } from '../support/service/scrip.js';
import { aCheckout, anAccount, CARDS } from '../support/shop/shop.js';
import { flush, webhooks } from '../support/shop/stripe-side.js';

const describeInBrowser = hasBrowser() ? describe : describe.skip;

describeInBrowser('a story in which a buyer comes back before the payment is heard of', () => {
  let browser: Browser;
  const scrip = useScrip({}, { atEnd: () => browser.close() });
  beforeAll(async () => {
    browser = await startBrowser();
  });

  it('may go elsewhere once the page has said that the credits are there, and not while it looks again', async () => {
    await webhooks(scrip, 'hold');
    const { url } = await aCheckout(scrip, await anAccount(scrip));
    const page = await browser.newPage();
    await page.goto(url);
    await page.fill('[name=email]', 'ada@example.com');
    await page.fill('[name=cardNumber]', CARDS.succeeds);
    await page.fill('[name=expiry]', '12/34');
    await page.fill('[name=cvc]', '123');
    await page.click('button[type=submit]');
    await page.waitForURL(/\/checkout\/success/);
    // How many they are is said from the beginning.
    await page.getByText('12 credits').first().waitFor();
    await expect(page.goto(scrip.url)).rejects.toThrow(/would look again by itself/);

    await flush(scrip, 'created');
    await page.getByText('12 credits were added').waitFor();
    await page.goto(scrip.url);
    expect(await page.textContent('body')).toContain('/v1/checkout-sessions');
  });
});
