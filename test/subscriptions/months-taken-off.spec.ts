import { credits } from '../../src/kernel/credits.js';
import type { StripeInvoice, StripeInvoiceLine } from '../../src/stripe/objects/billing-objects.js';
import { monthsTakenOff, paidBackBefore } from '../../src/subscriptions/allowances/months-taken-off.js';
import { aLine, anInvoice, contextOf, day, january } from '../support/make/invoices.js';

const backAt = '2027-01-20';
const inYear = (plan: string, amountMinor: bigint, stripeItemId: string) =>
  aLine(plan, backAt, '2028-01-01', { isProration: true, amountMinor, stripeItemId });
const held = (plan: string, stripeItemId: string, addedAt = '2027-01-01') => ({
  ...{ plan, stripeItemId, quantity: 1 },
  addedAt: day(addedAt),
});

/** A month of a year that has not begun, of one or several plans that were paid for together. */
const february = (id: string, amount: number, paidAt = '2027-01-01') => ({
  ...january({ startsAt: day('2027-02-01'), endsAt: day('2027-03-01'), status: 'scheduled' }),
  ...{ id, credits: credits(amount), allotmentCredits: credits(amount), paidAt: day(paidAt) },
});

/** What each of them still gives after an invoice with these lines, with the subscription as it is when it is read. */
function still(
  known: ReturnType<typeof february>[],
  lines: StripeInvoiceLine[],
  items: ReturnType<typeof held>[],
): Record<string, number> {
  const invoice = { ...anInvoice('update', lines, 0n), paidAt: day(backAt) };
  const lesser = monthsTakenOff(known, invoice, contextOf({ items, known }));
  return Object.fromEntries(lesser.map((one) => [one.id, Number(one.credits)]));
}

describe('what is taken off the months to come of a year', () => {
  const known = [february('alw_pro', 50), february('alw_basic', 20)];
  const back = [inYear('basic', -200n, 'si_2')];

  it('is what was paid back, of the plans that were paid for together', () => {
    expect(still(known, back, [held('pro', 'si_1')])).toEqual({ alw_pro: 30, alw_basic: 20 });
  });

  it.each([
    ['one was added that is not paid for', [held('pro', 'si_1'), held('small', 'si_3', '2027-01-10')]],
    ['the other was moved up without proration', [held('team', 'si_1')]],
    ['the other was moved down without proration', [held('small', 'si_1')]],
    ['the other was dropped without proration', []],
  ])('is the same where %s', (_, items) => {
    expect(still(known, back, items)).toEqual({ alw_pro: 30, alw_basic: 20 });
  });

  it('is the difference to what is charged instead', () => {
    const lines = [inYear('pro', -500n, 'si_1'), inYear('small', 50n, 'si_1')];
    const items = [held('small', 'si_1'), held('basic', 'si_2')];
    expect(still(known, lines, items)).toEqual({ alw_pro: 5, alw_basic: 20 });
  });

  it('is never more than was given beyond what is charged instead, whatever was paid back', () => {
    const lines = [inYear('pro', -500n, 'si_1'), inYear('small', 50n, 'si_1')];
    expect(still([february('alw_basic', 20)], lines, [held('small', 'si_1')])).toEqual({ alw_basic: 5 });
  });

  it('is all of a month that another year overlaps, with its part of an upgrade that was spread over both', () => {
    const part = { ...february('alw_part', 40), kind: 'upgrade' as const, allotmentCredits: credits(0) };
    const lines = [inYear('basic', -200n, 'si_1'), inYear('pro', -500n, 'si_2')];
    expect(still([february('alw_basic', 20), part], lines, [])).toEqual({ alw_basic: 0, alw_part: 0 });
  });

  it('brings back what a month would not have given again, after what it would have given', () => {
    const covered = { ...february('alw_basic', 5), allotmentCredits: credits(20), coveredCredits: credits(15) };
    const lesser = (lines: StripeInvoiceLine[]) => {
      const invoice = { ...anInvoice('update', lines, 0n), paidAt: day(backAt) };
      return monthsTakenOff([covered], invoice, contextOf({ items: [], known: [covered] }));
    };
    const common = { id: 'alw_basic', credits: 0n };
    expect(lesser(back)).toEqual([{ ...common, allotmentCredits: 0n, uncovered: 15n }]);
    const smaller = [...back, inYear('small', 50n, 'si_2')];
    expect(lesser(smaller)).toEqual([{ ...common, allotmentCredits: 5n, uncovered: 10n }]);
  });

  it('is nothing of what was paid for afterwards', () => {
    expect(still([february('alw_basic', 20, '2027-01-21')], back, [])).toEqual({});
  });
});

describe('what was paid back before it was paid', () => {
  const at = (invoice: StripeInvoice, stripeInvoiceId: string, createdAt: string) => ({
    ...invoice,
    ...{ stripeInvoiceId, createdAt: day(createdAt) },
  });
  const renewal = at(anInvoice('cycle', [aLine('basic', '2027-01-01', '2028-01-01')]), 'in_2', '2027-01-01');
  const back = (createdAt: string, item = 'si_1') =>
    at(anInvoice('update', [inYear('basic', -900n, item)]), 'in_3', createdAt);

  it('is asked of invoices that were made after it and give back what it charges', () => {
    expect(paidBackBefore(renewal, [back('2027-01-20')])).toHaveLength(1);
  });

  it('is asked of an invoice that says that it gives back what this one charges', () => {
    const credited = { stripeInvoiceId: 'in_2', stripeLineIds: ['il_year'] };
    const lines = [{ ...inYear('basic', -900n, 'si_2'), credited }];
    expect(paidBackBefore(renewal, [at(anInvoice('update', lines), 'in_3', '2027-01-01')])).toHaveLength(1);
  });

  it.each([
    ['was made before it', back('2026-12-20')],
    ['gives back something else', back('2027-01-20', 'si_2')],
    ['charges only', at(anInvoice('update', [inYear('basic', 900n, 'si_1')]), 'in_3', '2027-01-20')],
  ])('and of none that %s', (_, other) => {
    expect(paidBackBefore(renewal, [other])).toEqual([]);
  });
});
