import type { Browser, Page } from 'playwright-core';
import { hasBrowser, startBrowser } from '../support/browser.js';
import { startTestScrip, type TestScrip } from '../support/scrip.js';
import { aCheckout, anAccount, balanceOf, CARDS, orderOf, orderReaches } from '../support/shop.js';
import { stripeOf } from '../support/stripe-side.js';

const describeInBrowser = hasBrowser() ? describe : describe.skip;
const CHALLENGED = '4000002500003155';

/** Fills the form in as a person does who reads its labels. */
async function fillIn(page: Page, cardNumber: string): Promise<void> {
  await page.getByLabel('Email').fill('ada@example.com');
  await page.getByLabel('Card number').fill(cardNumber);
  await page.getByLabel('Expiry').fill('12/34');
  await page.getByLabel('Security code').fill('123');
}

const pay = (page: Page) => page.getByRole('button', { name: /^Pay / }).click();

describeInBrowser('a person who pays', () => {
  let scrip: TestScrip;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    [scrip, browser] = await Promise.all([startTestScrip({ CHECKOUT_PROMOTION_CODES: 'true' }), startBrowser()]);
    const coupon = await stripeOf(scrip).coupons.create({ percent_off: 25 });
    await stripeOf(scrip).promotionCodes.create({ code: 'SPRING25', promotion: { type: 'coupon', coupon: coupon.id } });
  });
  afterAll(async () => {
    await browser.close();
    await scrip.close();
  });
  beforeEach(async () => {
    page = await browser.newPage();
  });
  afterEach(async () => {
    await page.close();
    expect((await scrip.checkBooks()).findings).toEqual([]);
  });

  it('types a wrong code, then the right one, pays less and gets all the credits', async () => {
    const account = await anAccount(scrip);
    const { url, orderId } = await aCheckout(scrip, account);
    await page.goto(url);
    await page.getByLabel('Promotion code').fill('WINTER');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('This code is not valid.').waitFor();
    await page.getByLabel('Promotion code').fill('spring25');
    await page.getByLabel('Promotion code').press('Enter');
    await page.getByRole('button', { name: 'Pay $7.50' }).waitFor();
    await fillIn(page, CARDS.succeeds);
    await pay(page);
    await page.waitForURL(/\/checkout\/success/);
    await page.getByText('12 credits').first().waitFor();
    expect(await balanceOf(scrip, account)).toBe(12);
    expect((await orderOf(scrip, orderId)).status).toBe('fulfilled');
  });

  it('does not confirm with the bank, tries again on the same page, confirms, and has the credits', async () => {
    const account = await anAccount(scrip);
    const { url, orderId } = await aCheckout(scrip, account);
    await page.goto(url);
    await fillIn(page, CHALLENGED);
    await pay(page);
    await page.getByRole('button', { name: 'Fail authentication' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('We are unable to authenticate your payment method.');
    expect(await balanceOf(scrip, account)).toBe(0);

    await fillIn(page, CHALLENGED);
    await pay(page);
    await page.getByRole('heading', { name: 'Confirm that it is you' }).waitFor();
    await page.getByRole('button', { name: 'Complete authentication' }).click();
    await page.waitForURL(/\/checkout\/success/);
    await page.getByText('12 credits').first().waitFor();
    expect((await orderOf(scrip, orderId)).status).toBe('fulfilled');
  });

  it.each([
    ['pays', 'fulfilled', 12],
    ['has no funds', 'failed', 0],
  ])('lets an account be debited that %s, and sees the order %s later', async (account, status, credits) => {
    const owner = await anAccount(scrip);
    const { url, orderId, checkoutSessionId } = await aCheckout(scrip, owner);
    await page.goto(url);
    await page.getByLabel('Email').fill('ada@example.com');
    await page.getByLabel('Bank debit').check();
    const accounts = page.getByLabel('Test account');
    await accounts.selectOption({
      label: String(await accounts.locator('option', { hasText: account }).textContent()),
    });
    await pay(page);
    await page.waitForURL(/\/checkout\/success/);
    await orderReaches(scrip, orderId, 'processing');
    expect(await balanceOf(scrip, owner)).toBe(0);

    const { payment_intent } = await stripeOf(scrip).checkout.sessions.retrieve(checkoutSessionId);
    const settled = await scrip.sandbox(`/_sandbox/payments/${payment_intent}/settle`, {});
    expect(settled.body).toEqual({ settled: true });
    await orderReaches(scrip, orderId, status);
    expect(await balanceOf(scrip, owner)).toBe(credits);
  });
});
