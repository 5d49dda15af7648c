import type { Browser, BrowserContext, Page } from 'playwright-core';
import { hasBrowser, startBrowser } from '../support/browser.js';
import { cards, type GivenSandbox, givenSandbox, givenSession } from '../support/given.js';

const describeInBrowser = hasBrowser() ? describe : describe.skip;

async function fillInCard(page: Page, cardNumber: string): Promise<void> {
  await page.getByLabel('Card number').fill(cardNumber);
  await page.getByLabel('Expiry').fill('12/34');
  await page.getByLabel('Security code').fill('123');
}

/** Run in the page: what one can fill in or press and that nothing names. */
const findUnnamed = `
[...document.querySelectorAll('input:not([type=hidden]), select, button, summary, a')]
  .filter((each) => {
    const label = [...(each.labels || [])].map((one) => one.textContent).join('');
    return !(label || each.getAttribute('aria-label') || each.textContent).trim();
  })
  .map((each) => each.outerHTML)`;

/** Run in the page: what is said about the fields that refer to a description. */
const findDescriptions = `
[...document.querySelectorAll('[aria-describedby]')]
  .map((each) => document.getElementById(each.getAttribute('aria-describedby'))?.textContent || '')`;

describeInBrowser('the pages of the sandbox', () => {
  let given: GivenSandbox;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** Stands for the seller's own site, where a payer comes back to. */
  let backAt: string;
  beforeAll(async () => {
    [given, browser] = await Promise.all([givenSandbox(), startBrowser()]);
    backAt = `${given.sandbox.url}/?back`;
  });
  afterAll(async () => {
    await browser.close();
    await given.end();
  });
  afterEach(() => context.close());

  async function open(url: string, { scripts = true } = {}): Promise<void> {
    context = await browser.newContext({ javaScriptEnabled: scripts });
    page = await context.newPage();
    await page.goto(url);
  }

  const everythingAsked = () =>
    givenSession(given.stripe, {
      allow_promotion_codes: true,
      automatic_tax: { enabled: true },
      billing_address_collection: 'required',
      consent_collection: { terms_of_service: 'required' },
      customer_creation: 'always',
      tax_id_collection: { enabled: true },
      success_url: backAt,
    });

  it('sell without scripts, from the code to the terms', async () => {
    const coupon = await given.stripe.coupons.create({ amount_off: 200, currency: 'usd' });
    await given.stripe.promotionCodes.create({ code: 'TWO', promotion: { type: 'coupon', coupon: coupon.id } });
    const session = await everythingAsked();
    await open(String(session.url), { scripts: false });
    await page.getByLabel('Promotion code').fill('TWO');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('button', { name: 'Remove the code TWO' }).waitFor();
    await page.getByLabel('Email').fill('no-scripts@example.com');
    await page.getByLabel('Name', { exact: true }).fill('Ada');
    await page.getByLabel('Country').selectOption('AT');
    await page.getByLabel('Address').fill('Main Street 1');
    await page.getByLabel('Postal code').fill('8010');
    await page.getByLabel('City').fill('Graz');
    await page.getByText('I am buying as a business').click();
    await page.getByLabel('Business name').fill('Ada GmbH');
    await page.getByLabel(/^Number/).fill('ATU12345678');
    await fillInCard(page, cards.challenged);
    await page.getByLabel('I agree to the terms').check();
    await page.getByRole('button', { name: 'Pay $9.60' }).click();
    await page.getByRole('button', { name: 'Complete authentication' }).click();
    await page.waitForURL(backAt);
    expect(await given.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      payment_status: 'paid',
      amount_total: 960,
      consent: { terms_of_service: 'accepted' },
      customer_details: { business_name: 'Ada GmbH', address: { city: 'Graz', country: 'AT' } },
    });
  });

  it('are paid on with the keyboard alone', async () => {
    const session = await givenSession(given.stripe, { success_url: backAt });
    await open(String(session.url));
    await page.getByLabel('Email').focus();
    for (const text of ['keys@example.com', '', '4242424242424242', '1234', '123']) {
      if (text !== '') await page.keyboard.type(text);
      await page.keyboard.press('Tab');
    }
    expect(await page.getByLabel('Expiry').inputValue()).toBe('12 / 34');
    await page.getByRole('button', { name: 'Pay $10.00' }).press('Enter');
    await page.waitForURL(backAt);
    expect((await given.stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid');
  });

  it.each([
    ['payment page', async () => String((await everythingAsked()).url)],
    ['page after mistakes', async () => String((await everythingAsked()).url)],
    [
      'card form',
      async () => {
        const { client_secret } = await given.stripe.paymentIntents.create({ amount: 1000, currency: 'usd' });
        return `${given.sandbox.url}/elements/${client_secret}`;
      },
    ],
    [
      'portal',
      async () => {
        const customer = await given.stripe.customers.create({ email: 'p@example.com' });
        await given.stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
        return (await given.stripe.billingPortal.sessions.create({ customer: customer.id, return_url: backAt })).url;
      },
    ],
  ])('name everything that one can fill in or press: the %s', async (name, urlOf) => {
    const faults: string[] = [];
    await open(await urlOf());
    page.on('pageerror', (error) => faults.push(error.message));
    if (name.includes('mistakes')) await page.getByRole('button', { name: /^Pay / }).click();
    await page.locator('h1').waitFor();
    const unnamed = await page.evaluate<string[]>(findUnnamed);
    expect(unnamed).toEqual([]);
    const described = await page.evaluate<string[]>(findDescriptions);
    expect(described).not.toContain('');
    if (name.includes('mistakes')) expect(described.length).toBeGreaterThan(5);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.locator('main').count()).toBe(1);
    expect(faults).toEqual([]);
  });

  it('fit a narrow screen without scrolling sideways', async () => {
    const session = await everythingAsked();
    await open(String(session.url));
    for (const width of [320, 390, 768, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
  });

  it('let a buyer of a link pay, and thank them', async () => {
    const link = await given.stripe.paymentLinks.create({
      line_items: [
        { quantity: 1, price_data: { currency: 'eur', unit_amount: 500, product_data: { name: 'Starter' } } },
      ],
    });
    await open(link.url);
    await page.getByLabel('Email').fill('link@example.com');
    await page.getByRole('button', { name: 'Succeeds' }).click();
    await page.getByRole('button', { name: 'Pay €5.00' }).click();
    await page.getByRole('heading', { name: 'Thank you' }).waitFor();
    const { data } = await given.stripe.checkout.sessions.list({ payment_link: link.id });
    expect(data).toMatchObject([{ payment_status: 'paid', customer_details: { email: 'link@example.com' } }]);
  });

  it('let a customer keep their cards', async () => {
    const customer = await given.stripe.customers.create({ email: 'cards@example.com' });
    const portal = await given.stripe.billingPortal.sessions.create({ customer: customer.id, return_url: backAt });
    await open(portal.url);
    await fillInCard(page, cards.challenged);
    await page.getByRole('button', { name: 'Save card' }).click();
    await page.getByRole('button', { name: 'Complete authentication' }).click();
    await page.getByText('The card was saved.').waitFor();
    await page.getByRole('button', { name: 'Make Visa ending in 3155 the default' }).click();
    await page.getByText('Default', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Remove Visa ending in 3155' }).click();
    await page.getByText('You have saved no card yet.').waitFor();
    await page.getByRole('link', { name: /Return to/ }).click();
    await page.waitForURL(backAt);
  });
});
