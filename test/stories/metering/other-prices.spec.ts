import { useScrip } from '../../support/service/scrip.js';
import { endAll } from '../../support/shop/dashboard.js';
import { includedOf, plansWithPages } from '../../support/shop/included.js';
import { anAccount } from '../../support/shop/shop.js';
import { simulate } from '../../support/shop/simulate.js';
import { advance, advanceTo, subscribed } from '../../support/shop/subscribe.js';
import { usageOf } from '../../support/shop/usage.js';
import { anEvent, sendEvent } from '../../support/shop/usage-events.js';

const scrip = useScrip();
afterEach(() => endAll(scrip));

it('other prices are tried on what subscribers used, and what their plan includes stays included', async () => {
  const plans = await plansWithPages(scrip);
  const { meter } = plans;
  const [subscriber, buyer] = [await anAccount(scrip), await anAccount(scrip)];
  const { subscription } = await subscribed(scrip, subscriber, plans.small);
  await advance(scrip, { seconds: 1 });
  const from = scrip.clock.now();
  const grant = { amount: 100, category: 'promotional', reason: 'a test' };
  await scrip.call('POST', `/v1/accounts/${buyer}/grants`, grant, { idempotencyKey: 'g' });

  // A thousand pages of the month are included: of 1,300 the last 300 cost a credit each.
  const usage = usageOf(scrip, subscriber);
  await usage.use({ meter, quantity: 600 });
  const { body: mixed } = await usage.use({ meter, quantity: 500 });
  expect(mixed).toMatchObject({ amount: 100, lines: [{ includedQuantity: '400', credits: 100 }] });
  const told = await sendEvent(scrip, anEvent(subscriber, { type: meter, data: { quantity: 200 } }));
  expect(told.body).toMatchObject({ amount: 200, balance: 0 });
  await usageOf(scrip, buyer).use({ meter, quantity: 50 });
  scrip.clock.advance(2);
  const to = scrip.clock.now();
  const rows = (answer: Awaited<ReturnType<typeof simulate>>) =>
    Object.fromEntries(answer.lines.filter(({ line }) => line === 'account').map((row) => [row.accountId, row]));
  const tried = async (draft: object, until = to) => {
    const answer = await simulate(scrip, meter, { draft, from, to: until });
    return { ...answer, of: rows(answer) };
  };

  const asItWas = await tried({ prices: [{ match: {}, credits: 1 }] });
  expect(asItWas.of[subscriber]).toMatchObject({
    ...{ lines: 3, quantity: '1300', includedQuantity: '1000', beforeCredits: 300, afterCredits: 300 },
    ...{ refused: null, hadHolds: false, exact: true },
  });
  expect(asItWas.total).toMatchObject({ beforeCredits: 350, afterCredits: 350, unchangedAccounts: 2 });

  // The first 150 of a month at 3, then 1 for two. What was included counts in no tier: 100 and 50 at 3, then 150.
  const [tiers, by] = [
    [
      { upTo: 150, credits: 3 },
      { upTo: null, credits: 1, per: 2 },
    ],
    'month',
  ];
  const dearer = await tried({ prices: [{ match: {}, tiers, by }] });
  expect(dearer.of[subscriber]).toMatchObject({ beforeCredits: 300, afterCredits: 100 * 3 + 50 * 3 + 75 });
  expect(dearer.of[buyer]).toMatchObject({ includedQuantity: '0', beforeCredits: 50, afterCredits: 150 });
  expect(dearer.total).toMatchObject({
    ...{ accounts: 2, quantity: '1350', includedQuantity: '1000', beforeCredits: 350, afterCredits: 675 },
    more: { accounts: 2, credits: 325, most: [{ accountId: subscriber }, { accountId: buyer }] },
  });
  // A minimum for a line is no price of one that is all included.
  const least = await tried({ prices: [{ match: {}, credits: 1 }], minCredits: 120 });
  expect(least.of[subscriber]).toMatchObject({ beforeCredits: 300, afterCredits: 120 + 200 });

  // Nothing was changed: what is left of the month is what was left before, and so it is after a correction.
  expect(await includedOf(scrip, subscriber)).toEqual(['0 of 1000']);
  await usage.correct(mixed.id, { meter, quantity: 410 });
  expect((await tried({ prices: [{ match: {}, credits: 2 }] })).of[subscriber]).toMatchObject({
    ...{ quantity: '1210', includedQuantity: '1000', beforeCredits: 210, afterCredits: 420 },
  });

  // The next month includes its own.
  await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
  expect((await usage.use({ meter, quantity: 900 })).body.amount).toBe(0);
  scrip.clock.advance(2);
  expect((await tried({ prices: [{ match: {}, credits: 2 }] }, scrip.clock.now())).of[subscriber]).toMatchObject({
    ...{ lines: 4, quantity: '2110', includedQuantity: '1900', beforeCredits: 210, afterCredits: 420 },
  });
});
