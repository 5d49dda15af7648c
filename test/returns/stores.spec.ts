import { lockDisputesOf } from '../../src/returns/disputes.store.js';
import { lockRefundsOf } from '../../src/returns/refunds.store.js';
import { expectLocks } from '../support/database/undone.js';
import { useScrip } from '../support/service/scrip.js';
import { disputePayment, everythingIsHeard } from '../support/shop/bank.js';
import { anAccount, boughtPack, refundOf } from '../support/shop/shop.js';

/** The balance of the account is locked before them. These hold where that was missed. */
describe('what went back of an order is locked against everybody else', () => {
  const scrip = useScrip();

  it('its refunds', async () => {
    const { id } = await boughtPack(scrip, await anAccount(scrip));
    await refundOf(scrip, { orderId: id, amountMinor: 100 });
    await everythingIsHeard(scrip);
    await expectLocks(scrip, ['refunds', 'order_id', id], (tx) => lockRefundsOf(tx, id));
  });

  it('its disputes', async () => {
    const { id, paymentIntentId } = await boughtPack(scrip, await anAccount(scrip));
    await disputePayment(scrip, paymentIntentId);
    await everythingIsHeard(scrip);
    await expectLocks(scrip, ['disputes', 'order_id', id], (tx) => lockDisputesOf(tx, id));
  });
});
