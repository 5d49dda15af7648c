import { counterKeyOf } from '../../src/rating/pricing/dimensions.js';
import { NO_QUANTITY, quantityOfText, quantityText } from '../../src/rating/pricing/quantity.js';
import type { StripeInvoice } from '../../src/stripe/objects/billing-objects.js';
import type { InvoiceContext, PlanTerms } from '../../src/subscriptions/allowances/invoice-context.js';
import { planInvoice } from '../../src/subscriptions/allowances/plan-allowances.js';
import { aLine, anInvoice, contextOf, day, january } from '../support/make/invoices.js';

const pages = (quantity: string) => ({ meter: 'pages', match: {}, quantity });
const video = (quantity: string) => ({ meter: 'minutes', match: { kind: 'hd' }, quantity });
const terms = (credits: number, ...included: PlanTerms['included'] & object): PlanTerms => ({
  ...{ credits, trialCredits: 3, rollover: null, included },
});

const PLANS: Record<string, PlanTerms> = {
  none: terms(5),
  basic: terms(20, pages('1000')),
  'basic-yearly': terms(20, pages('1000')),
  pro: terms(50, pages('3000'), video('0.5')),
  // Fewer credits and more pages than the others.
  reader: terms(5, pages('5000')),
};

const PAGES = counterKeyOf('pages', {});
const share = (quantity: string, allotment = quantity) => ({
  ...{ meter: 'pages', match: {}, covered: NO_QUANTITY },
  ...{ allotment: quantityOfText(allotment), quantity: quantityOfText(quantity) },
});
/** A January of `basic` that was paid for. */
const paid = january({ included: [share('1000')] });

/** `kind credits: meter quantity`, and what is covered and carried where anything is. */
function read(invoice: StripeInvoice, { plan = 'basic', ...context }: Partial<InvoiceContext> & { plan?: string }) {
  const { allowances, carriedIncluded } = planInvoice(
    invoice,
    contextOf({ plan, termsOf: (one) => PLANS[one], ...context }),
  );
  const given = allowances.map(({ kind, credits, included = [] }) => {
    const shares = included.map(({ meter, quantity, covered }) =>
      [meter, quantityText(quantity), ...(covered > 0n ? ['covered', quantityText(covered)] : [])].join(' '),
    );
    return `${kind} ${credits}: ${shares.join(', ') || 'nothing'}`;
  });
  return [...given, ...[...carriedIncluded].map(([key, quantity]) => `carried ${key} ${quantityText(quantity)}`)];
}

const january16 = { startsAt: new Date('2027-01-16T12:00:00.000Z') };
const rest = (plan: string, from: string, amountMinor: bigint, more = {}) =>
  aLine(plan, from, '2027-02-01', { isProration: true, amountMinor, ...more });
const from = (plan: string, at: string, more = {}) => rest(plan, at, 700n, more);
const until = (plan: string, at: string, more = {}) => rest(plan, at, -400n, more);
const february = (plan: string, more = {}) => aLine(plan, '2027-02-01', '2027-03-01', more);

describe('a period', () => {
  it('includes what its plans do, for each seat', () => {
    const lines = [february('basic', { quantity: 3 }), february('pro', { quantity: 2 }), february('none')];
    expect(read(anInvoice('cycle', lines), {})).toEqual([
      'period 60: pages 3000',
      'period 100: pages 6000, minutes 1',
      'period 5: nothing',
    ]);
  });

  it('of a year includes it month by month', () => {
    const year = anInvoice('create', [aLine('basic-yearly', '2027-01-31', '2028-01-31')]);
    expect(read(year, { plan: 'basic-yearly' })).toEqual(Array(12).fill('period 20: pages 1000'));
  });

  it('that is tried includes nothing, and the paid one behind it all', () => {
    const trial = { trialStart: day('2027-01-01'), trialEnd: day('2027-01-15') };
    const tried = aLine('basic', '2027-01-01', '2027-01-15', { amountMinor: 0n });
    expect(read(anInvoice('create', [tried], 0n), trial)).toEqual(['trial 3: nothing']);
    const first = aLine('basic', '2027-01-15', '2027-02-15');
    expect(read(anInvoice('cycle', [first]), trial)).toEqual(['period 20: pages 1000']);
  });
});

describe('an upgrade', () => {
  it('adds its share of the difference: whole units of what is in whole ones, and tenths of tenths', () => {
    const lines = [until('basic', '2027-01-16', january16), from('pro', '2027-01-16', january16)];
    expect(read(anInvoice('update', lines), { plan: 'pro', known: [paid] })).toEqual([
      'upgrade 15: pages 1000, minutes 0.2',
    ]);
  });

  it('adds it for more seats', () => {
    const lines = [until('basic', '2027-01-16', january16), from('basic', '2027-01-16', { ...january16, quantity: 3 })];
    const items = [{ stripeItemId: 'si_1', plan: 'basic', quantity: 3, addedAt: day('2027-01-01') }];
    expect(read(anInvoice('update', lines), { items, known: [paid] })).toEqual(['upgrade 20: pages 1000']);
  });

  it('counts each by itself: more pages come also with fewer credits, and none with fewer pages', () => {
    const toReader = [until('basic', '2027-01-16', january16), from('reader', '2027-01-16', january16)];
    expect(read(anInvoice('update', toReader), { plan: 'reader', known: [paid] })).toEqual(['upgrade 0: pages 2000']);
    const known = [january({ included: [share('5000')] })];
    const toPro = [until('reader', '2027-01-16', january16), from('pro', '2027-01-16', january16)];
    expect(read(anInvoice('update', toPro), { plan: 'pro', known })).toEqual(['upgrade 15: pages 0, minutes 0.2']);
  });

  it('counts from the highest that was given, so that switching back and forth gains nothing', () => {
    const upgraded = january({
      ...{ kind: 'upgrade' as const, startsAt: day('2027-01-08') },
      included: [share('1548', '3000')],
    });
    const again = [until('basic', '2027-01-20'), from('pro', '2027-01-20')];
    expect(read(anInvoice('update', again), { plan: 'pro', known: [paid, upgraded] })).toEqual([
      'upgrade 11: pages 0, minutes 0.1',
    ]);
  });

  it('that is charged with the next period gives its share of the month that is over with that period', () => {
    const lines = [until('basic', '2027-01-11'), from('pro', '2027-01-11'), february('pro')];
    expect(read(anInvoice('cycle', lines), { plan: 'pro', known: [paid] })).toEqual([
      `upgrade 20: pages ${Math.floor((2_000 * 21) / 31)}, minutes 0.3`,
      'period 50: pages 3000, minutes 0.5',
    ]);
  });

  it('that is charged late and gives no credits still gives its pages', () => {
    const lines = [until('basic', '2027-01-11'), from('reader', '2027-01-11'), february('reader')];
    expect(read(anInvoice('cycle', lines), { plan: 'reader', known: [paid] })).toEqual([
      `upgrade 0: pages ${Math.floor((4_000 * 21) / 31)}`,
      'period 5: pages 5000',
    ]);
  });
});

describe('what was included for time that is cut off and paid back', () => {
  const at = '2027-01-11';
  const credited = { known: [paid], credited: { months: [paid], areAll: true } };
  // 10 of 31 days stay.
  const cut = 1_000 - Math.floor((1_000 * 10) / 31);

  it('is not included again by the period in its place', () => {
    const lines = [until('basic', at), aLine('pro', at, '2027-02-11')];
    expect(read(anInvoice('update', lines), { plan: 'pro', ...credited })).toEqual([
      `period 36: pages ${3_000 - cut} covered ${cut}, minutes 0.5`,
    ]);
  });

  it('is carried where that includes less, until periods have taken it off', () => {
    const lines = [until('basic', at), aLine('none', at, '2027-02-11')];
    expect(read(anInvoice('update', lines), { plan: 'none', ...credited })).toEqual([
      'period 0: nothing',
      `carried ${PAGES} ${cut}`,
    ]);
    const carriedIncluded = new Map([[PAGES, quantityOfText('1200')]]);
    expect(read(anInvoice('cycle', [february('basic')]), { carriedIncluded })).toEqual([
      'period 20: pages 0 covered 1000',
      `carried ${PAGES} 200`,
    ]);
    expect(read(anInvoice('cycle', [february('pro')]), { plan: 'pro', carriedIncluded })).toEqual([
      'period 50: pages 1800 covered 1200, minutes 0.5',
    ]);
  });

  it('takes whole units off where whole units are included, and parts where a part was carried', () => {
    const carriedIncluded = new Map([[PAGES, quantityOfText('0.25')]]);
    expect(read(anInvoice('cycle', [february('basic')]), { carriedIncluded })).toEqual([
      'period 20: pages 999.75 covered 0.25',
    ]);
  });

  it('stays carried where a period or an invoice by hand has nothing of it', () => {
    const carriedIncluded = new Map([[PAGES, quantityOfText('7')]]);
    expect(read(anInvoice('cycle', [february('none')]), { plan: 'none', known: [paid], carriedIncluded })).toEqual([
      'period 5: nothing',
      `carried ${PAGES} 7`,
    ]);
    expect(read(anInvoice('other', [february('basic')]), { carriedIncluded })).toEqual([`carried ${PAGES} 7`]);
  });
});
