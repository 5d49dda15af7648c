import { eventually } from '../../support/eventually.js';
import { useScrip } from '../../support/service/scrip.js';
import { answerBank } from '../../support/shop/pay-page.js';
import { balanceOf } from '../../support/shop/shop.js';
import { stripeOf } from '../../support/shop/stripe-side.js';
import {
  anAccountWithCard,
  putTopUp,
  SAVED_CARDS,
  savesCard,
  topUpOf,
  topUpReaches,
} from '../../support/top-ups/top-ups.js';

const scrip = useScrip();

/** An account whose bank wants to see its holder for each payment, and was asked for one. */
async function aChallenge() {
  const accountId = await anAccountWithCard(scrip, SAVED_CARDS.challengedAlways);
  await putTopUp(scrip, accountId);
  const { actionUrl } = await topUpReaches(scrip, accountId, 'action_required');
  return { accountId, actionUrl: String(actionUrl) };
}

const advance = (seconds: number) => scrip.call('POST', '/v1/test-clock/advance', { seconds });
/** What a person does on the page: presses its button. */
const press = (url: string) => fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams() });

/** Where the page sends the browser on to. */
const bankOf = (answer: Response) => String(answer.headers.get('refresh')?.replace(/^0; url=/, ''));

const balanceReaches = (accountId: string, balance: number) =>
  eventually(
    () => balanceOf(scrip, accountId),
    (now) => now === balance,
  );

describe('a top-up that the bank wants to have confirmed', () => {
  it('waits for a person, who confirms it on a page and is credited', async () => {
    const { accountId, actionUrl } = await aChallenge();
    const [event] = await scrip.sql<{ data: { actionUrl: string } }>(
      `select data from domain_events where account_id = $1 and type = 'auto_top_up.action_required'`,
      [accountId],
    );
    expect(event?.data.actionUrl).toBe(actionUrl);
    const looked = await fetch(actionUrl);
    expect([looked.status, await looked.text()]).toEqual([200, expect.stringContaining('Confirm $10.00')]);
    const back = await answerBank(bankOf(await press(actionUrl)), 'complete');
    const returned = String(back.headers.get('location'));
    expect(returned).toContain(actionUrl);
    await balanceReaches(accountId, 12);
    await topUpReaches(scrip, accountId, 'ready');
    expect(await (await fetch(returned)).text()).toContain('Thank you');
    expect(await topUpOf(scrip, accountId)).toMatchObject({ chargedThisMonthMinor: 1000, actionUrl: null });
  });

  it('can be tried again where the bank has not confirmed it', async () => {
    const { accountId, actionUrl } = await aChallenge();
    const failed = await answerBank(bankOf(await press(actionUrl)), 'fail');
    expect(await (await fetch(String(failed.headers.get('location')))).text()).toContain('You can try again');
    expect(await topUpOf(scrip, accountId)).toMatchObject({ status: 'action_required' });
    await answerBank(bankOf(await press(actionUrl)), 'complete');
    await balanceReaches(accountId, 12);
  });

  it('is confirmed by nobody who only looks, or knows another secret', async () => {
    const { accountId, actionUrl } = await aChallenge();
    for (let look = 0; look < 3; look += 1) await fetch(actionUrl);
    const wrong = new URL(actionUrl);
    wrong.searchParams.set('key', 'guessed');
    expect([(await fetch(wrong)).status, (await press(wrong.href)).status]).toEqual([404, 404]);
    for (const query of ['', '?attempt=tup_1', '?attempt=tup_01kbhe5m8f6q0000000000000a&key=x', '?attempt[]=1&key[]=2'])
      expect((await fetch(`${scrip.url}/top-ups/confirm${query}`)).status).toBe(404);
    expect(await topUpOf(scrip, accountId)).toMatchObject({ status: 'action_required' });
    expect(await balanceOf(scrip, accountId)).toBe(0);
  });

  it('waits for a day, then pauses, and cannot be paid any more', async () => {
    const { accountId, actionUrl } = await aChallenge();
    await advance(86_400);
    expect(await topUpReaches(scrip, accountId, 'paused')).toMatchObject({
      pausedBecause: 'not_confirmed',
      chargedThisMonthMinor: 0,
    });
    expect((await press(actionUrl)).status).toBe(410);
  });

  it('is taken back when top-ups are switched off, or another card is chosen, which is charged', async () => {
    const off = await aChallenge();
    await scrip.call('DELETE', `/v1/accounts/${off.accountId}/auto-top-up`);
    expect((await press(off.actionUrl)).status).toBe(410);
    const other = await aChallenge();
    await savesCard(scrip, other.accountId, SAVED_CARDS.succeeds);
    await balanceReaches(other.accountId, 12);
    expect((await press(other.actionUrl)).status).toBe(410);
    const [account] = await scrip.sql('select stripe_customer_id from accounts where id = $1', [other.accountId]);
    const payments = await stripeOf(scrip).paymentIntents.list({ customer: String(account?.stripe_customer_id) });
    expect(payments.data.map(({ status }) => status)).toEqual(['succeeded', 'canceled']);
  });
});
