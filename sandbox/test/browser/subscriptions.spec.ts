import type { Browser, BrowserContext, Page } from 'playwright-core';
import type Stripe from 'stripe';
import { hasBrowser, startBrowser } from '../support/browser.js';
import { cards, type GivenSandbox, givenSandbox, givenSession } from '../support/given.js';
import { advanceTo, draftSeconds, givenPlan, periodOf } from '../support/given-plan.js';

const describeInBrowser = hasBrowser() ? describe : describe.skip;

async function fillInCard(page: Page, cardNumber: string): Promise<void> {
  await page.getByLabel('Card number').fill(cardNumber);
  await page.getByLabel('Expiry').fill('12/34');
  await page.getByLabel('Security code').fill('123');
}

describeInBrowser('a subscriber in a browser', () => {
  let given: GivenSandbox;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let basic: Stripe.Price;
  let pro: Stripe.Price;
  let backAt: string;
  beforeAll(async () => {
    [given, browser] = await Promise.all([givenSandbox(), startBrowser()]);
    backAt = `${given.sandbox.url}/?back`;
    basic = await givenPlan(given.stripe, 'Basic', 1500);
    pro = await givenPlan(given.stripe, 'Pro', 3000);
    context = await browser.newContext();
    page = await context.newPage();
  });
  afterAll(async () => {
    await browser.close();
    await given.end();
  });

  async function openPortal(customer: string): Promise<void> {
    const configuration = await given.stripe.billingPortal.configurations.create({
      features: {
        payment_method_update: { enabled: true },
        subscription_cancel: { enabled: true, cancellation_reason: { enabled: true, options: ['unused', 'other'] } },
        subscription_update: {
          enabled: true,
          default_allowed_updates: ['price'],
          products: [basic, pro].map(({ id, product }) => ({ prices: [id], product: String(product) })),
          proration_behavior: 'always_invoice',
          schedule_at_period_end: { conditions: [{ type: 'decreasing_item_amount' }] },
        },
      },
    });
    const { url } = await given.stripe.billingPortal.sessions.create({ customer, configuration: configuration.id });
    await page.goto(url);
  }

  it('tries a plan, pays when the trial is over, upgrades, and cancels', async () => {
    const session = await givenSession(given.stripe, {
      mode: 'subscription',
      line_items: [{ price: basic.id, quantity: 1 }],
      subscription_data: { trial_period_days: 7 },
      success_url: backAt,
    });
    await page.goto(String(session.url));
    expect(await page.getByText('7 days free, then $15.00 every month, until you cancel.').count()).toBe(1);
    await page.getByLabel('Email').fill('ann@example.com');
    await fillInCard(page, cards.good);
    await page.getByRole('button', { name: 'Start trial' }).click();
    await page.waitForURL(backAt);
    const [trialing] = (await given.stripe.subscriptions.list({ status: 'trialing' })).data;
    const id = String(trialing?.id);
    const customer = String(trialing?.customer);

    await openPortal(customer);
    expect(await page.getByText(/Free until/).count()).toBe(1);
    await advanceTo(given, (trialing?.trial_end ?? 0) + draftSeconds + 60);
    await openPortal(customer);
    expect(await page.getByText(/Renews on/).count()).toBe(1);

    await page.getByRole('link', { name: 'Change plan' }).click();
    await page.getByRole('link', { name: 'Choose Pro' }).click();
    expect(await page.getByText('Due today').count()).toBe(1);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('Your plan was changed.').waitFor();
    expect((await given.stripe.subscriptions.retrieve(id)).items.data[0]?.price.id).toBe(pro.id);

    await page.getByRole('link', { name: 'Cancel plan' }).click();
    await page.getByLabel('I do not use it').check();
    await page.getByRole('button', { name: 'Cancel plan' }).click();
    await page.getByText('Your plan was cancelled.').waitFor();
    expect(await page.getByText(/Ends on/).count()).toBe(1);
    const { end } = periodOf(await given.stripe.subscriptions.retrieve(id));
    await advanceTo(given, end + 60);
    expect((await given.stripe.subscriptions.retrieve(id)).status).toBe('canceled');
  });

  it('pays an invoice that their card did not pay, with another one', async () => {
    const session = await givenSession(given.stripe, {
      mode: 'subscription',
      line_items: [{ price: basic.id, quantity: 1 }],
      success_url: backAt,
    });
    await page.goto(String(session.url));
    await page.getByLabel('Email').fill('bob@example.com');
    await fillInCard(page, cards.good);
    await page.getByRole('button', { name: 'Subscribe' }).click();
    await page.waitForURL(backAt);
    const paid = await given.stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] });
    const subscription = paid.subscription as Stripe.Subscription;
    const customer = String(subscription.customer);
    const bad = await given.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    await given.stripe.subscriptions.update(subscription.id, { default_payment_method: bad.id });
    await advanceTo(given, periodOf(subscription).end + draftSeconds + 60);

    await openPortal(customer);
    await page.getByRole('link', { name: 'Pay now' }).click();
    await page.getByLabel('Another card').check();
    await fillInCard(page, cards.good);
    await page.getByRole('button', { name: 'Pay $15.00' }).click();
    await page.getByText('This invoice is paid').waitFor();
    expect((await given.stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  });
});
