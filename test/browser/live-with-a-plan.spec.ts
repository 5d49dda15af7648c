import type { Browser, Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { hasBrowser, startBrowser } from '../support/service/browser.js';
import { startTestScrip, type TestScrip } from '../support/service/scrip.js';
import { aCheckout, anAccount, balanceOf, boughtPack, CARDS } from '../support/shop/shop.js';
import { advanceTo, featureOf, standingOf, subscriptionOf } from '../support/shop/subscribe.js';

const describeInBrowser = hasBrowser() ? describe : describe.skip;

describeInBrowser('a person with a plan', () => {
  let scrip: TestScrip;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    [scrip, browser] = await Promise.all([startTestScrip(), startBrowser()]);
    page = await browser.newPage();
  });
  afterAll(async () => {
    await browser.close();
    const { findings } = await scrip.checkBooks();
    await scrip.close();
    expect(findings).toEqual([]);
  });

  /** Sends the browser to the portal, as an app does from its account page. */
  async function openPortal(accountId: string): Promise<void> {
    const { body } = await scrip.call('POST', '/v1/portal-sessions', { accountId, returnUrl: `${scrip.url}/?back` });
    await page.goto(body.url);
  }

  async function isOpen(accountId: string, feature: string): Promise<boolean> {
    return (await featureOf(scrip, accountId, feature)).active;
  }

  it('subscribes, renews, upgrades in the portal, cancels, and keeps what they bought', async () => {
    const accountId = await anAccount(scrip);
    const closed = await featureOf(scrip, accountId, 'history');
    expect(closed.active).toBe(false);
    await page.goto(closed.upgradeUrl);
    await page.getByText('Basic, monthly').waitFor();

    const { url } = await aCheckout(scrip, accountId, 'basic-monthly');
    await page.goto(url);
    await page.fill('[name=email]', 'ada@example.com');
    await page.fill('[name=cardNumber]', CARDS.succeeds);
    await page.fill('[name=expiry]', '12/34');
    await page.fill('[name=cvc]', '123');
    await page.getByRole('button', { name: 'Subscribe' }).click();
    await page.waitForURL(/\/checkout\/success/);
    await page.getByText('20 credits were added').waitFor();
    // The invoice that credits and the subscription that opens are two events.
    await eventually(
      () => isOpen(accountId, 'history'),
      (open) => open,
    );
    await boughtPack(scrip, accountId);

    const { currentPeriodEnd } = await subscriptionOf(scrip, accountId);
    await advanceTo(scrip, currentPeriodEnd, { hours: 2 });
    expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'active', balance: 12 + 20 });

    await openPortal(accountId);
    await page.getByRole('link', { name: 'Change plan' }).click();
    await page.getByRole('link', { name: 'Choose Pro' }).click();
    expect(await page.getByText('Due today').count()).toBe(1);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('Your plan was changed.').waitFor();
    await advanceTo(scrip, new Date(scrip.clock.now().getTime() + 1000).toISOString());
    expect(await standingOf(scrip, accountId)).toMatchObject({ plan: 'pro-monthly', balance: 12 + 49 });
    expect(await isOpen(accountId, 'priority')).toBe(true);

    await page.getByRole('link', { name: 'Cancel plan' }).click();
    await page.getByRole('button', { name: 'Cancel plan' }).click();
    await page.getByText('Your plan was cancelled.').waitFor();
    await advanceTo(scrip, new Date(scrip.clock.now().getTime() + 1000).toISOString());
    const canceled = await subscriptionOf(scrip, accountId);
    expect(canceled).toMatchObject({ status: 'active', accessState: 'granted', cancelAtPeriodEnd: true });
    expect(await isOpen(accountId, 'history')).toBe(true);
    await advanceTo(scrip, canceled.currentPeriodEnd);
    expect(await isOpen(accountId, 'history')).toBe(false);
    expect(await isOpen(accountId, 'priority')).toBe(false);
    expect(await balanceOf(scrip, accountId)).toBe(12);
  });

  it('who may no longer use a feature is shown what opens it', async () => {
    const accountId = await anAccount(scrip);
    await page.goto((await featureOf(scrip, accountId, 'team')).upgradeUrl);
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(['Team, monthly']);
  });
});
