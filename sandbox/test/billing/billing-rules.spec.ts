import type Stripe from 'stripe';
import { statusWhenFailed, statusWhenPaid } from '../../billing/invoices/follow-payment.js';
import { amountsOf } from '../../billing/invoices/new-invoice.js';
import { anniversary, type Cycle, periodFrom, shareFrom } from '../../billing/periods.js';

const at = (text: string): number => Date.parse(`${text}Z`) / 1000;
const text = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 16);

describe('a period', () => {
  it.each<[string, Cycle, string[]]>([
    ['2027-01-31T10:00', { interval: 'month', interval_count: 1 }, ['2027-02-28T10:00', '2027-03-31T10:00']],
    ['2028-01-31T10:00', { interval: 'month', interval_count: 1 }, ['2028-02-29T10:00', '2028-03-31T10:00']],
    ['2027-11-30T23:59', { interval: 'month', interval_count: 3 }, ['2028-02-29T23:59', '2028-05-30T23:59']],
    ['2028-02-29T00:00', { interval: 'year', interval_count: 1 }, ['2029-02-28T00:00', '2030-02-28T00:00']],
    ['2027-12-31T00:00', { interval: 'week', interval_count: 2 }, ['2028-01-14T00:00', '2028-01-28T00:00']],
    ['2027-03-01T00:00', { interval: 'day', interval_count: 10 }, ['2027-03-11T00:00', '2027-03-21T00:00']],
  ])('from %s on recurs on its day', (anchor, cycle, expected) => {
    expect([1, 2].map((count) => text(anniversary(at(anchor), cycle, count)))).toEqual(expected);
  });

  it('ends with the next anniversary, and begins where the last one ended', () => {
    const anchor = at('2027-01-31T10:00');
    const cycle = { interval: 'month', interval_count: 1 };
    let period = periodFrom(anchor, anchor, cycle);
    const ends = [text(period.end)];
    for (let index = 0; index < 11; index += 1) {
      const next = periodFrom(period.end, anchor, cycle);
      expect(next.start).toBe(period.end);
      period = next;
      ends.push(text(period.end));
    }
    expect(ends.map((end) => end.slice(5, 10))).toEqual([
      ...['02-28', '03-31', '04-30', '05-31', '06-30', '07-31'],
      ...['08-31', '09-30', '10-31', '11-30', '12-31', '01-31'],
    ]);
  });

  it('before its anchor is as long as it takes to get there', () => {
    const trialEnd = at('2027-01-15T00:00');
    const period = periodFrom(at('2027-01-01T00:00'), trialEnd, { interval: 'month', interval_count: 1 });
    expect(period).toEqual({ start: at('2027-01-01T00:00'), end: trialEnd });
  });
});

describe('a share of an amount', () => {
  const period = { start: 1000, end: 2000 };

  it.each([
    [0, 1500],
    [1000, 1500],
    [1001, 1499],
    [1500, 750],
    [1999, 2],
    [2000, 0],
    [9000, 0],
  ])('from %i on is %i', (from, expected) => {
    expect(shareFrom(1500, period, from)).toBe(expected);
  });
});

const statuses = [
  'active',
  'trialing',
  'past_due',
  'unpaid',
  'incomplete',
  'incomplete_expired',
  'canceled',
  'paused',
] as const;

describe('a subscription', () => {
  it('becomes active with a payment only where it was missed', () => {
    expect(Object.fromEntries(statuses.map((status) => [status, statusWhenPaid(status)]))).toEqual({
      active: 'active',
      trialing: 'trialing',
      past_due: 'active',
      unpaid: 'active',
      incomplete: 'active',
      incomplete_expired: 'incomplete_expired',
      canceled: 'canceled',
      paused: 'paused',
    });
  });

  it('becomes past due without one only where it was not', () => {
    const renewal = { billing_reason: 'subscription_cycle' } as Stripe.Invoice;
    expect(Object.fromEntries(statuses.map((status) => [status, statusWhenFailed(status, renewal)]))).toEqual({
      active: 'past_due',
      trialing: 'past_due',
      past_due: 'past_due',
      unpaid: 'unpaid',
      incomplete: 'incomplete',
      incomplete_expired: 'incomplete_expired',
      canceled: 'canceled',
      paused: 'paused',
    });
  });
});

describe('what an invoice asks for', () => {
  const lines = (...amounts: number[]) =>
    amounts.map((amount) => ({ amount, discount_amounts: [], taxes: [] })) as unknown as Stripe.InvoiceLineItem[];

  it.each([
    ['all of it', [1500], 0, 1500],
    ['less what the customer has', [1500], -400, 1100],
    ['nothing when that is enough', [1500], -2000, 0],
    ['nothing when more is given back', [-3000, 1500], 0, 0],
    ['nothing when it is too little to charge', [-1480, 1500], 0, 0],
    ['with what was too little before', [1500], 20, 1520],
  ])('is %s', (_, amounts, balance, due) => {
    expect(amountsOf(lines(...amounts), balance, 'usd').amount_due).toBe(due);
  });
});
