import type { Browser, Page } from 'playwright-core';
import { hasBrowser, startBrowser } from '../support/service/browser.js';
import { startTestScrip, type TestScrip } from '../support/service/scrip.js';
import { bankSettles, formOf, OTHER_CARDS } from '../support/shop/pay-page.js';
import { anAccount, balanceOf, CARDS, entriesOf, orderReaches } from '../support/shop/shop.js';
import { stripeOf } from '../support/shop/stripe-side.js';

const describeInBrowser = hasBrowser() ? describe : describe.skip;

describeInBrowser('a person who pays', () => {
  let scrip: TestScrip;
  let browser: Browser;
  let page: Page;
  let faults: string[];
  beforeAll(async () => {
    [scrip, browser] = await Promise.all([startTestScrip(), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await scrip.close();
  });
  beforeEach(async () => {
    faults = [];
    page = await browser.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
  });
  afterEach(async () => {
    await page.close();
    expect(faults).toEqual([]);
    expect((await scrip.checkBooks()).findings).toEqual([]);
  });

  async function aPage(accountId: string, body: object = {}) {
    const answer = await scrip.call('POST', '/v1/checkout-sessions', { accountId, product: 'basic', ...body });
    return answer.body as { orderId: string; checkoutSessionId: string; url: string };
  }

  async function typeCard(cardNumber: string): Promise<void> {
    const email = page.locator('[name=email]');
    if ((await email.count()) > 0) await email.fill('ada@example.com');
    await page.fill('[name=cardNumber]', cardNumber);
    await page.fill('[name=expiry]', '12/34');
    await page.fill('[name=cvc]', '123');
  }

  const press = () => page.click('form.pay-form button[type=submit]');

  it('types in a promotion code, mistypes it first, and pays less for the same credits', async () => {
    const accountId = await anAccount(scrip);
    const coupon = await stripeOf(scrip).coupons.create({ percent_off: 25 });
    await stripeOf(scrip).promotionCodes.create({ code: 'SPRING', promotion: { type: 'coupon', coupon: coupon.id } });
    const { orderId, url } = await aPage(accountId, { promotionCodes: true });
    await page.goto(url);
    await page.getByLabel('Promotion code').fill('SPRIGN');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('This code is not valid.').waitFor();
    await page.getByLabel('Promotion code').fill('spring');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('button', { name: 'Pay $7.50' }).waitFor();

    await typeCard(CARDS.succeeds);
    await press();
    await page.waitForURL(/\/checkout\/success/);
    await page.getByText('12 credits were added').waitFor();
    expect(await page.textContent('dl')).toContain('$7.50');
    expect(await orderReaches(scrip, orderId, 'fulfilled')).toMatchObject({ amountMinor: 750, credits: 12 });
    expect(await balanceOf(scrip, accountId)).toBe(12);
  });

  it('confirms with their bank, after thinking better of it once', async () => {
    const accountId = await anAccount(scrip);
    const { orderId, url } = await aPage(accountId);
    await page.goto(url);
    await typeCard(OTHER_CARDS.challenged);
    await press();
    await page.getByRole('button', { name: 'Fail authentication' }).click();
    await page
      .getByRole('alert')
      .getByText(/unable to authenticate/)
      .waitFor();
    expect(await balanceOf(scrip, accountId)).toBe(0);

    await typeCard(OTHER_CARDS.challenged);
    await press();
    await page.getByRole('button', { name: 'Complete authentication' }).click();
    await page.waitForURL(/\/checkout\/success/);
    await page.getByText('12 credits were added').waitFor();
    await orderReaches(scrip, orderId, 'fulfilled');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('is declined after confirming, and tries another card on the same page', async () => {
    const accountId = await anAccount(scrip);
    const { orderId, url } = await aPage(accountId);
    await page.goto(url);
    await typeCard(OTHER_CARDS.challengedWithoutFunds);
    await press();
    await page.getByRole('button', { name: 'Complete authentication' }).click();
    await page
      .getByRole('alert')
      .getByText(/insufficient funds/)
      .waitFor();
    await typeCard(CARDS.succeeds);
    await press();
    await page.waitForURL(/\/checkout\/success/);
    await orderReaches(scrip, orderId, 'fulfilled');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('has their bank account debited, sees that it is on its way, and the credits when the bank has paid', async () => {
    const accountId = await anAccount(scrip);
    const { orderId, checkoutSessionId, url } = await aPage(accountId);
    await page.goto(url);
    await page.fill('[name=email]', 'ada@example.com');
    await page.getByLabel('Bank debit').check();
    await press();
    await page.waitForURL(/\/checkout\/success/);
    await page.getByRole('heading', { name: 'Your payment is on its way' }).waitFor();
    await orderReaches(scrip, orderId, 'processing');
    expect(await balanceOf(scrip, accountId)).toBe(0);

    const { payment_intent: payment } = await stripeOf(scrip).checkout.sessions.retrieve(checkoutSessionId);
    await bankSettles(scrip, String(payment), 'succeeded');
    await page.getByText('12 credits were added').waitFor({ timeout: 20_000 });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('learns that the bank has not paid', async () => {
    const accountId = await anAccount(scrip);
    const { orderId, checkoutSessionId, url } = await aPage(accountId);
    await page.goto(url);
    await page.fill('[name=email]', 'ada@example.com');
    await page.getByLabel('Bank debit').check();
    await press();
    await page.getByRole('heading', { name: 'Your payment is on its way' }).waitFor();
    const { payment_intent: payment } = await stripeOf(scrip).checkout.sessions.retrieve(checkoutSessionId);
    await bankSettles(scrip, String(payment), 'failed');
    await orderReaches(scrip, orderId, 'failed');
    await page.reload();
    await page.getByRole('heading', { name: 'The payment failed' }).waitFor();
    expect(await entriesOf(scrip, accountId)).toEqual([]);
  });

  it('follows a link twice, and buys twice', async () => {
    const accountId = await anAccount(scrip);
    const { body } = await scrip.call('POST', '/v1/payment-links', { accountId, product: 'starter' });
    for (const balance of [5, 10]) {
      await page.goto(body.url);
      await typeCard(CARDS.succeeds);
      await press();
      await page.waitForURL(/\/checkout\/success/);
      await page.getByText('5 credits were added').waitFor();
      expect(await balanceOf(scrip, accountId)).toBe(balance);
    }
  });

  it('pays in a form of the app’s own: declined, challenged, and credited', async () => {
    const accountId = await anAccount(scrip);
    const { body } = await scrip.call('POST', '/v1/payment-intents', { accountId, product: 'basic' });
    await page.goto(formOf(scrip, body.clientSecret, body.returnUrl));
    await typeCard(OTHER_CARDS.declined);
    await press();
    await page.getByRole('alert').waitFor();
    await orderReaches(scrip, body.orderId, 'failed');

    await typeCard(OTHER_CARDS.challenged);
    await press();
    await page.getByRole('button', { name: 'Complete authentication' }).click();
    await page.waitForURL(/\/checkout\/success/);
    await page.getByText('12 credits were added').waitFor();
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });
});
