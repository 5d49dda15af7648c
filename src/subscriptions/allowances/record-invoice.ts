import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { invariant } from '../../kernel/invariant.js';
import { orderIdOfInvoice } from '../../orders/orders.queries.js';
import { PlaceInvoiceOrder, purchaseOf } from '../../orders/place-invoice-order.js';
import { isCharge, type StripeInvoice } from '../../stripe/objects/billing-objects.js';
import { isOfBefore } from '../mirror/note-earlier-subscriptions.js';
import type { Subscription } from '../mirror/subscription.js';
import type { NewAllowance } from './allowance.js';
import type { LesserAllowance } from './months-taken-off.js';
import { readInvoice } from './read-invoice.js';

/**
 * Records what a paid invoice is to give, once, with its order. Nothing is granted yet. What it gives depends on what
 * was given before, so invoices are recorded in the order in which they were paid. The account and the subscription
 * must be locked.
 */
@Injectable()
export class RecordInvoice {
  constructor(
    private readonly clock: Clock,
    private readonly placeOrder: PlaceInvoiceOrder,
  ) {}

  /** Answers the order's id; undefined for an invoice that charges for no plan of ours. */
  async run(
    tx: Tx,
    {
      subscription,
      invoice,
      checkoutOrderId,
    }: { subscription: Subscription; invoice: StripeInvoice; checkoutOrderId: string | null },
  ): Promise<string | undefined> {
    if (invoice.reason === 'other' || (await isOfBefore(tx, subscription, invoice))) return undefined;
    const { accountId, livemode } = subscription;
    const known = await orderIdOfInvoice(tx, invoice.stripeInvoiceId);
    if (known !== undefined) return known;
    const { offers, allowances, takenOff } = await readInvoice(tx, subscription, invoice);
    for (const lesser of takenOff) await this.takeOff(tx, lesser);
    const charged = invoice.lines
      .filter(isCharge)
      .flatMap(({ plan }) => (plan !== null && offers.has(plan) ? plan : []));
    if (charged.length === 0) return undefined;
    const productKey = allowances[0]?.plan ?? charged[0] ?? subscription.plan;
    const product = offers.get(productKey);
    invariant(product !== undefined, `plan ${productKey} has terms`);
    const command = { accountId, productKey, product, invoice, checkoutOrderId, livemode };
    const order = await this.placeOrder.run(tx, command);
    for (const allowance of allowances) await this.insert(tx, { subscription, invoice, orderId: order.id, allowance });
    return order.id;
  }

  /** A month that gives nothing any more is never granted. */
  private async takeOff(tx: Tx, { id, allotmentCredits, credits }: LesserAllowance): Promise<void> {
    await tx.query(
      `update allowances
       set allotment_credits = $2,
           credits = $3,
           cost_basis_minor = case when credits = 0 then 0 else cost_basis_minor * $3::bigint / credits end,
           status = case when $3::bigint = 0 then 'canceled' else status end,
           updated_at = $4
       where id = $1
         and status = 'scheduled'`,
      [id, allotmentCredits.toString(), credits.toString(), this.clock.now()],
    );
  }

  private async insert(
    tx: Tx,
    {
      subscription,
      invoice,
      orderId,
      allowance,
    }: { subscription: Subscription; invoice: StripeInvoice; orderId: string; allowance: NewAllowance },
  ): Promise<void> {
    const { accountId, stripeSubscriptionId } = subscription;
    const { stripeLineId, month } = allowance;
    const purchase = purchaseOf(invoice);
    const now = this.clock.now();
    await tx.query(
      `insert into allowances (id, account_id, stripe_subscription_id, order_id, stripe_invoice_id, stripe_line_id, month,
         kind, plan, allotment_credits, credits, cost_basis_minor, currency, rollover_months, rollover_cap_credits,
         starts_at, ends_at, paid_at, source_type, source_id, source_part, status, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
         'scheduled', $22, $22)
       on conflict (stripe_invoice_id, stripe_line_id, month) do nothing`,
      [
        newId('alw', now),
        accountId,
        stripeSubscriptionId,
        orderId,
        invoice.stripeInvoiceId,
        stripeLineId,
        month,
        allowance.kind,
        allowance.plan,
        allowance.allotmentCredits.toString(),
        allowance.credits.toString(),
        allowance.costBasisMinor.toString(),
        invoice.currency,
        allowance.rollover?.months ?? null,
        allowance.rollover?.capCredits ?? null,
        allowance.startsAt,
        allowance.endsAt,
        invoice.paidAt ?? invoice.createdAt,
        purchase.type,
        purchase.id,
        `${stripeLineId}:${month}`,
        now,
      ],
    );
  }
}
