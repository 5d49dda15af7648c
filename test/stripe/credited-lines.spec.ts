import type Stripe from 'stripe';
import { toLine } from '../../src/stripe/objects/billing-mappers.js';

/** What Stripe says of a line that gives money back. */
function credited(proration_details: unknown): unknown {
  const subscription_item_details = { subscription_item: 'si_1', proration: true, proration_details };
  const line = {
    ...{ id: 'il_1', amount: -900, quantity: 1, period: { start: 1, end: 2 } },
    ...{ pricing: null, parent: { subscription_item_details, invoice_item_details: null } },
  };
  return toLine(line as unknown as Stripe.InvoiceLineItem).credited;
}

const items = (invoice: unknown, invoice_line_items: unknown) => ({ credited_items: { invoice, invoice_line_items } });

describe('the lines that a line credits', () => {
  it('are read with their invoice', () => {
    const read = { stripeInvoiceId: 'in_1', stripeLineIds: ['il_2', 'il_3'] };
    expect(credited(items('in_1', ['il_2', 'il_3']))).toEqual(read);
  });

  it('are no more than a page of them', () => {
    const ids = Array.from({ length: 300 }, (_, index) => `il_${index}`);
    expect(credited(items('in_1', ids))).toMatchObject({ stripeLineIds: ids.slice(0, 100) });
  });

  it.each([
    ['nothing is said of prorations', null],
    ['nothing was ever said of them', undefined],
    ['they credit nothing', { credited_items: null }],
    ['nothing was ever said of what they credit', {}],
    ['the invoice is not named', items(null, ['il_2'])],
    ['no lines are named', items('in_1', [])],
    ['lines are not what they were', items('in_1', { data: [] })],
    ['it is said in another way', { credited_items: { type: 'invoice_item', invoice_item: 'ii_1' } }],
  ])('are none where %s', (_, details) => {
    expect(credited(details)).toBeNull();
  });
});
