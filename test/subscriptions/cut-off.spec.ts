import { credits } from '../../src/kernel/credits.js';
import type { StripeInvoice } from '../../src/stripe/objects/billing-objects.js';
import type { InvoiceContext, KnownAllowance } from '../../src/subscriptions/allowances/invoice-context.js';
import { type PlannedInvoice, planInvoice } from '../../src/subscriptions/allowances/plan-allowances.js';
import { aLine, anInvoice, contextOf, day, january } from '../support/make/invoices.js';

const shown = ({ allowances, carried }: PlannedInvoice) => [
  ...allowances.map((one) => `${one.kind} ${one.credits}, covered ${one.coveredCredits}`).slice(0, 4),
  `carried ${carried}`,
];
const read = (invoice: StripeInvoice, context: Parameters<typeof contextOf>[0]) =>
  shown(planInvoice(invoice, contextOf(context)));

/** Money of a paid month that goes back. */
const back = (from: string, more = {}) =>
  aLine('basic', from, '2027-02-01', { isProration: true, amountMinor: -700n, ...more });
const trialOf = (from: string, to: string) => ({ trialStart: day(from), trialEnd: day(to) });
/** All that is known is credited by the invoice. */
const credited = (...known: KnownAllowance[]) => ({ known, credited: { months: known, areAll: true } });
const years = (plan: string, from = '2027-01-16') => aLine(plan, from, from.replace('2027', '2028'));

describe('what a new period cuts off of a month that was paid for', () => {
  const from = '2027-01-11';
  // 21 of 31 days: 13.5 credits, of which the 10 days before are worth 6.
  const cut = 14;

  it.each<[string, StripeInvoice, Partial<InvoiceContext>, string[]]>([
    [
      'goes to the next one where a trial gives nothing',
      anInvoice('update', [back(from), aLine('small', from, '2027-01-21', { amountMinor: 0n })]),
      { ...credited(january()), ...trialOf(from, '2027-01-21') },
      ['trial 0, covered 0', `carried ${cut}`],
    ],
    [
      'goes to the next one where a day gives less',
      anInvoice('update', [back(from), aLine('team', from, '2027-01-12')]),
      credited(january()),
      ['period 0, covered 6', `carried ${cut - 6}`],
    ],
    [
      'goes to the months of a year, one after the other',
      anInvoice('update', [back(from), years('small', from)]),
      credited(january()),
      ['period 0, covered 5', 'period 0, covered 5', 'period 1, covered 4', 'period 5, covered 0', 'carried 0'],
    ],
    [
      'goes to the next one where something else is held',
      anInvoice('update', [back(from), years('elsewhere', from)]),
      credited(january()),
      [`carried ${cut}`],
    ],
    [
      'is found where the invoice does not say what it credits',
      anInvoice('update', [back(from), years('basic', from)]),
      { known: [january()] },
      [`period ${20 - cut}, covered ${cut}`, ...Array(3).fill('period 20, covered 0'), 'carried 0'],
    ],
    [
      'is nothing where the money is kept',
      anInvoice('update', [years('basic', from)]),
      { known: [january()] },
      [...Array(4).fill('period 20, covered 0'), 'carried 0'],
    ],
    [
      'is nothing of what was cut off before',
      anInvoice('update', [back(from), years('basic', from)]),
      credited(january({ cutOffAt: day('2027-01-05') })),
      [...Array(4).fill('period 20, covered 0'), 'carried 0'],
    ],
    [
      'is that of the month whose money goes back, and not of a trial that runs',
      anInvoice('update', [back(from), aLine('basic', from, '2027-02-11')]),
      {
        known: [january(), january({ kind: 'trial', allotmentCredits: credits(0), startsAt: day('2027-01-08') })],
        credited: { months: [january()], areAll: true },
      },
      [`period ${20 - cut}, covered ${cut}`, 'carried 0'],
    ],
    [
      'is what each of two gave that were both paid for',
      anInvoice('update', [back(from), back(from), aLine('basic', from, '2027-02-11')]),
      credited(january(), january({ stripeInvoiceId: 'in_year' })),
      ['period 0, covered 20', 'carried 8'],
    ],
    [
      'is what all plans gave with an upgrade',
      anInvoice('update', [back(from), aLine('pro', from, '2027-02-11')]),
      credited(january(), january({ kind: 'upgrade', allotmentCredits: credits(50), startsAt: day('2027-01-05') })),
      ['period 16, covered 34', 'carried 0'],
    ],
  ])('%s', (_, invoice, context, expected) => {
    expect(read(invoice, context)).toEqual(expected);
  });

  it('is all of it within the second that it began in, and nothing that it did not give', () => {
    const at = '2027-01-01';
    const month = anInvoice('update', [back(at), aLine('basic', at, '2027-02-01')]);
    expect(read(month, credited(january()))).toEqual(['period 0, covered 20', 'carried 0']);
    // A day of it gives nothing.
    const aDay = january({ endsAt: day('2027-01-02') });
    expect(read(month, credited(aDay))).toEqual(['period 20, covered 0', 'carried 0']);
  });
});

describe('what is carried', () => {
  const february = aLine('basic', '2027-02-01', '2027-03-01');

  it.each<[string, number, string[]]>([
    ['takes off a renewal', 12, ['period 8, covered 12', 'carried 0']],
    ['goes on where that does not give as much', 50, ['period 0, covered 20', 'carried 30']],
  ])('%s', (_, carried, expected) => {
    expect(read(anInvoice('cycle', [february]), { carried: credits(carried) })).toEqual(expected);
  });

  it('takes nothing off an upgrade, and goes on', () => {
    const upgrade = aLine('pro', '2027-01-11', '2027-02-01', { isProration: true, amountMinor: 700n });
    const context = { plan: 'pro', known: [january()], carried: credits(50) };
    expect(read(anInvoice('update', [upgrade]), context)).toEqual(['upgrade 20, covered 0', 'carried 50']);
  });

  it('goes on where an invoice is for nothing of it', () => {
    expect(read(anInvoice('other', [february]), { carried: credits(5) })).toEqual(['carried 5']);
  });
});

it('a month that was cut off says nothing of an upgrade of what came in its place', () => {
  const known = [
    january({ allotmentCredits: credits(50), cutOffAt: day('2027-01-05') }),
    january({ startsAt: day('2027-01-05'), endsAt: day('2027-02-05'), stripeInvoiceId: 'in_2' }),
  ];
  const upgrade = aLine('pro', '2027-01-20', '2027-02-05', { isProration: true, amountMinor: 700n });
  expect(read(anInvoice('update', [upgrade]), { plan: 'pro', known })).toEqual([
    `upgrade ${Math.floor((30 * 16) / 31)}, covered 0`,
    'carried 0',
  ]);
});

describe('a trial', () => {
  const trial = anInvoice('update', [aLine('basic', '2027-01-11', '2027-01-21', { amountMinor: 0n })], 0n);
  const tried = january({ kind: 'trial', allotmentCredits: credits(3), endsAt: day('2027-01-05') });

  it('that is given anew gives only what it has more than the one before', () => {
    const again = { known: [tried], ...trialOf('2027-01-11', '2027-01-21') };
    expect(read(trial, again)).toEqual(['trial 0, covered 0', 'carried 0']);
    const bigger = anInvoice('update', [aLine('pro', '2027-01-11', '2027-01-21', { amountMinor: 0n })], 0n);
    expect(read(bigger, { ...again, plan: 'pro' })).toEqual(['trial 5, covered 0', 'carried 0']);
  });

  it('that is heard of after another one gives what a trial does, since its item costs something', () => {
    const later = trialOf('2027-01-25', '2027-01-30');
    const [item] = contextOf().items;
    if (item === undefined) throw new Error('there is an item');
    const items = (unitAmountMinor: number | null) => [{ ...item, unitAmountMinor }];
    expect(read(trial, { ...later, items: items(1500) })).toEqual(['trial 3, covered 0', 'carried 0']);
    expect(read(trial, { ...later, items: items(0) })).toEqual(['period 6, covered 0', 'carried 0']);
  });
});
