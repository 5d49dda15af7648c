import type { StripeInvoice, StripeInvoiceLine } from '../../src/stripe/objects/billing-objects.js';
import { asCharged, monthsCredited } from '../../src/subscriptions/allowances/as-charged.js';
import { changesIn } from '../../src/subscriptions/mirror/plan-changes.js';
import { aLine, anInvoice, contextOf, day } from '../support/make/invoices.js';

const backAt = '2027-01-20';
const monthEnd = '2027-02-10';

const charge = (stripeLineId: string, plan: string | null, quantity = 1, to = '2028-01-01') => ({
  ...aLine(plan, '2027-01-01', to, { stripeProductId: `prod_${plan}` }),
  ...{ stripeLineId, quantity },
});
const paid = (stripeInvoiceId: string, ...lines: StripeInvoiceLine[]): StripeInvoice => ({
  ...anInvoice('create', lines),
  stripeInvoiceId,
});
const of = (stripeInvoiceId: string, ...stripeLineIds: string[]) => ({ stripeInvoiceId, stripeLineIds });
/** Names what is held by now: three of `small`. */
const back = (credited: StripeInvoiceLine['credited'], to = '2028-01-01') =>
  aLine('small', backAt, to, { isProration: true, amountMinor: -900n, quantity: 3, credited });

const year = paid('in_year', charge('il_pro', 'pro-yearly', 2), charge('il_basic', 'basic-yearly'));
const month = paid('in_month', charge('il_month', null, 1, monthEnd));

describe('a line that gives money back is read by what was charged', () => {
  it.each<[string, StripeInvoiceLine['credited'], string | null, number]>([
    ['the line that it credits', of('in_year', 'il_pro'), 'pro-yearly', 2],
    ['another one of that invoice', of('in_year', 'il_basic'), 'basic-yearly', 1],
    ['what is no plan', of('in_month', 'il_month'), null, 1],
    ['one that is known, of several', of('in_year', 'il_pro', 'il_gone'), 'pro-yearly', 2],
    ['several that agree', of('in_twice', 'il_1', 'il_2'), 'pro', 1],
  ])('%s', (_, credited, plan, quantity) => {
    const twice = paid('in_twice', charge('il_1', 'pro'), charge('il_2', 'pro'));
    const [line] = asCharged(anInvoice('update', [back(credited)]), [year, month, twice]).lines;
    expect(line).toMatchObject({ plan, quantity, stripeProductId: `prod_${plan}` });
    expect(line).toMatchObject({ amountMinor: -900n, startsAt: day(backAt), credited });
  });

  it('also where the same invoice has charged it', () => {
    const lines = [charge('il_own', 'team', 4), back(of('in_1', 'il_own'))];
    expect(asCharged(anInvoice('update', lines), []).lines[1]).toMatchObject({ plan: 'team', quantity: 4 });
  });

  it.each<[string, StripeInvoiceLine['credited']]>([
    ['nothing is said', null],
    ['the invoice is not known', of('in_other', 'il_pro')],
    ['the line is not known', of('in_year', 'il_other')],
    ['several lines do not agree', of('in_year', 'il_pro', 'il_basic')],
    ['it names what gives money back itself', of('in_back', 'il_back')],
  ])('and as it says itself where %s', (_, credited) => {
    const other = paid('in_back', { ...back(of('in_year', 'il_pro')), stripeLineId: 'il_back', plan: 'team' });
    const invoice = anInvoice('update', [back(credited)]);
    expect(asCharged(invoice, [year, month, other])).toEqual(invoice);
  });

  it('and leaves what charges as it is', () => {
    const invoice = anInvoice('cycle', [charge('il_own', 'team', 4)]);
    expect(asCharged(invoice, [year, month])).toEqual(invoice);
  });
});

describe('a year and a month of one item that are given back at one instant', () => {
  const lines = [back(of('in_year', 'il_pro')), back(of('in_month', 'il_month'), monthEnd)];
  const instead = (plan: string) => aLine(plan, backAt, monthEnd, { isProration: true });
  const changed = (plan: string, ...more: StripeInvoiceLine[]) =>
    changesIn(
      asCharged(anInvoice('update', [...lines, ...more]), [year, paid('in_month', charge('il_month', 'basic'))]),
      contextOf({ plan }),
      false,
    ).map(({ before, after }) => [Number(before), Number(after)]);

  it('gave what the year gave, while both run and then', () => {
    expect(changed('small', instead('small'))).toEqual([
      [100, 5],
      [100, 0],
    ]);
  });

  it('gave it also where as much is charged again as one of them was for', () => {
    expect(changed('basic', instead('basic'))).toEqual([
      [100, 20],
      [100, 0],
    ]);
  });
});

describe('the months that an invoice can give money back for', () => {
  const ids = ['il_pro', 'il_basic', 'il_month', 'il_more', 'il_too'];
  const instead = (stripeLineId: string) => ({ ...charge(stripeLineId, 'team'), isProration: true });
  const upgrade = paid('in_more', back(of('in_year', 'il_pro')), instead('il_more'), instead('il_too'));
  const credited = (...credits: StripeInvoiceLine['credited'][]) => {
    const months = ids.map((stripeLineId) => ({ stripeLineId }));
    const lines = credits.map((one) => back(one));
    return monthsCredited(months, anInvoice('update', lines), [year, month, upgrade]).map((one) => one.stripeLineId);
  };

  it.each<[string, StripeInvoiceLine['credited'][], string[]]>([
    ['are those of the line that it credits', [of('in_year', 'il_basic')], ['il_basic']],
    ['are those of all of them', [of('in_year', 'il_basic'), of('in_month', 'il_month')], ['il_basic', 'il_month']],
    ['are with an upgrade those that it added to', [of('in_more', 'il_more')], ['il_pro', 'il_more', 'il_too']],
    ['are all where one says nothing', [of('in_year', 'il_basic'), null], ids],
    ['are all where one is not known', [of('in_other', 'il_1')], ids],
  ])('%s', (_, credits, wanted) => {
    expect(credited(...credits)).toEqual(wanted);
  });
});
