import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { SetEntitlements } from '../entitlements/set-entitlements.js';
import { RecordDomainEvent } from '../outbox/record-domain-event.js';
import type { Order } from './order.entity.js';
import { type FeatureOrder, featuresOpenBy, isReturned } from './order-features.js';

/**
 * Opens and closes what was bought once, by what of its money is there. A booking that is paid back is said to be free
 * again. To be run in the transaction that changes the order, with the order as it is then; the account must be locked.
 */
@Injectable()
export class OpenFeatures {
  constructor(
    private readonly setEntitlements: SetEntitlements,
    private readonly record: RecordDomainEvent,
  ) {}

  async run(tx: Tx, order: FeatureOrder & Pick<Order, 'id' | 'accountId'>): Promise<void> {
    const { id, accountId, productKey, product } = order;
    if (product.kind === 'plan' || (product.kind === 'pack' && product.features.length === 0)) return;
    const source = { type: 'order' as const, id };
    const open = featuresOpenBy(order).map((feature) => ({ ...feature, productKey }));
    await this.setEntitlements.run(tx, { accountId, source, open });
    if (product.fulfilment === 'booking' && isReturned(order))
      await this.record.run(tx, {
        type: 'booking.to_release',
        accountId,
        data: { orderId: id, product: productKey },
        cause: id,
      });
  }
}
