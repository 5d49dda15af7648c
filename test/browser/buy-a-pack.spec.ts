import type { Browser } from 'playwright-core';
import { hasBrowser, startBrowser } from '../support/service/browser.js';
import { startTestScrip, type TestScrip } from '../support/service/scrip.js';
import { aCheckout, anAccount, balanceOf, CARDS, orderOf } from '../support/shop/shop.js';

const describeInBrowser = hasBrowser() ? describe : describe.skip;

describeInBrowser('a person at the payment page', () => {
  let scrip: TestScrip;
  let browser: Browser;
  beforeAll(async () => {
    [scrip, browser] = await Promise.all([startTestScrip(), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await scrip.close();
  });
  afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

  it('is declined, tries another card on the same page, and sees the credits on the success page', async () => {
    const account = await anAccount(scrip);
    const { url, orderId } = await aCheckout(scrip, account);
    const page = await browser.newPage();
    await page.goto(url);
    expect(await page.textContent('body')).toContain('$10.00');

    await page.fill('[name=email]', 'ada@example.com');
    await page.fill('[name=cardNumber]', CARDS.noFunds);
    await page.fill('[name=expiry]', '12/34');
    await page.fill('[name=cvc]', '123');
    await page.click('button[type=submit]');
    await page.waitForSelector('[role=alert]');
    expect(await page.textContent('[role=alert]')).toMatch(/insufficient funds/i);
    expect(await balanceOf(scrip, account)).toBe(0);

    await page.fill('[name=cardNumber]', CARDS.succeeds);
    await page.fill('[name=expiry]', '12/34');
    await page.fill('[name=cvc]', '123');
    await page.click('button[type=submit]');
    await page.waitForURL(/\/checkout\/success/);
    await page.getByText('12 credits were added').waitFor();

    expect(await balanceOf(scrip, account)).toBe(12);
    expect((await orderOf(scrip, orderId)).status).toBe('fulfilled');
    await page.close();
  });

  it('who comes first to the service finds the walk with a key, and no fault in the page', async () => {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(scrip.url);
    expect(await page.textContent('body')).toContain('/v1/checkout-sessions');
    expect(await page.textContent('body')).toContain('insufficient-credits');
    await page.goto(`${scrip.url}/docs`);
    await page.getByText('/v1/spends').first().waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });
});
