import { rulesBrokenBy } from '../support/database/damage.js';
import { useScrip } from '../support/service/scrip.js';
import { disputePayment, everythingIsHeard, refundsWill } from '../support/shop/bank.js';
import { anAccount, boughtPack, refundOf } from '../support/shop/shop.js';

describe('the proof of what went back', () => {
  const scrip = useScrip();
  beforeAll(async () => {
    const account = await anAccount(scrip);
    const [disputed, refunding] = [await boughtPack(scrip, account), await boughtPack(scrip, account)];
    await disputePayment(scrip, disputed.paymentIntentId, { amount: 500 });
    await everythingIsHeard(scrip);
    await refundsWill(scrip, refunding.paymentIntentId, 'waits');
    await refundOf(scrip, { orderId: refunding.id, unusedOnly: true });
    await everythingIsHeard(scrip);
  });

  it('finds nothing in good books', async () => {
    expect((await scrip.checkBooks()).findings).toEqual([]);
  });

  it.each([
    ['a dispute that took more', 'update disputes set withdrawn_minor = 1000', 'order-is-settled'],
    ['a dispute that gave back', 'update disputes set reinstated_minor = 500', 'order-is-settled'],
    ['a dispute that was not counted', 'update disputes set counted_minor = 0', 'dispute-is-counted-once'],
    ['a dispute of another account', `update disputes set account_id = 'nobody'`, 'dispute-is-counted-once'],
    ['an order that forgets its dispute', 'update orders set disputed_minor = 0', 'order-is-settled'],
    [
      'an order that hides its dispute',
      `update orders set status = 'fulfilled' where disputed_minor > 0`,
      'order-is-settled',
    ],
    ['an order that thinks nothing is open', 'update orders set open_disputes = 0', 'order-is-settled'],
    ['unused credits that were not taken', 'update refunds set unused_only = false', 'order-is-settled'],
    ['unused credits that were not counted', 'update refunds set counted = false', 'refund-is-counted-once'],
  ])('finds %s', async (_what, damage, rule) => {
    expect(await rulesBrokenBy(scrip, damage)).toContain(rule);
  });
});
