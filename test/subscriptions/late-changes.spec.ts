import fc from 'fast-check';
import type { NewAllowance } from '../../src/subscriptions/allowances/allowance.entity.js';
import { aLine, anInvoice, day, january, planned } from '../support/make/invoices.js';

const shown = (allowances: NewAllowance[]) => allowances.map(({ kind, credits: given }) => `${kind} ${given}`);
const total = (allowances: NewAllowance[]) => allowances.reduce((sum, { credits: given }) => sum + Number(given), 0);
const rest = (plan: string | null, from: string, amountMinor: bigint, item = 'si_1') =>
  aLine(plan, from, '2027-02-01', { isProration: true, amountMinor, stripeItemId: item });
const from = (plan: string | null, at: string, item?: string) => rest(plan, at, 700n, item);
const until = (plan: string | null, at: string, item?: string) => rest(plan, at, -400n, item);
const february = (plan: string, item = 'si_1') => aLine(plan, '2027-02-01', '2027-03-01', { stripeItemId: item });
const held = (plan: string, stripeItemId = 'si_1', quantity = 1) => ({
  plan,
  stripeItemId,
  quantity,
  addedAt: day('2027-01-01'),
});

describe('a change that is charged with the next period', () => {
  const known = [january()];

  it('gives its share of the month that is over with that period, and for all of it', () => {
    const lines = [until('basic', '2027-01-11'), from('pro', '2027-01-11'), february('pro')];
    const given = planned(anInvoice('cycle', lines), { plan: 'pro', known });
    expect(shown(given)).toEqual([`upgrade ${Math.floor((30 * 21) / 31)}`, 'period 50']);
    expect(given[0]).toMatchObject({ startsAt: day('2027-02-01'), endsAt: day('2027-03-01'), allotmentCredits: 0n });
  });

  it('gives all of it with that period, also where a month of a year that was left reaches beyond it', () => {
    const ofYear = january({
      startsAt: day('2027-01-21'),
      endsAt: day('2027-02-21'),
      stripeInvoiceId: 'in_2',
    });
    const lines = [until('basic', '2027-01-11'), from('pro', '2027-01-11'), february('pro')];
    const given = planned(anInvoice('cycle', lines), { plan: 'pro', known: [...known, ofYear] });
    expect(shown(given)).toEqual([
      `upgrade ${Math.floor((30 * 10) / 31)}`,
      `upgrade ${Math.floor((30 * 11) / 31)}`,
      'period 50',
    ]);
    for (const one of given) expect(one).toMatchObject({ startsAt: day('2027-02-01'), endsAt: day('2027-03-01') });
  });

  it('counts for as long as it was so, and for nothing once it was taken back', () => {
    const back = [
      until('basic', '2027-01-11'),
      from('pro', '2027-01-11'),
      until('pro', '2027-01-21'),
      from('basic', '2027-01-21'),
    ];
    expect(shown(planned(anInvoice('cycle', [...back, february('basic')]), { known }))).toEqual([
      `upgrade ${Math.floor((30 * 10) / 31)}`,
      'period 20',
    ]);
    const atOnce = [until('basic', '2027-01-11'), from('pro', '2027-01-11')];
    const undone = [until('pro', '2027-01-11'), from('basic', '2027-01-11')];
    expect(shown(planned(anInvoice('cycle', [...atOnce, ...undone, february('basic')]), { known }))).toEqual([
      'period 20',
    ]);
  });

  it('to less takes nothing back, and makes nothing up', () => {
    const lines = [
      until('basic', '2027-01-11'),
      from('small', '2027-01-11'),
      until('small', '2027-01-21'),
      from('basic', '2027-01-21'),
    ];
    expect(shown(planned(anInvoice('cycle', [...lines, february('basic')]), { known }))).toEqual(['period 20']);
  });

  it('is given with the next change that is charged at once, where one is', () => {
    const pending = [until('basic', '2027-01-11'), from('pro', '2027-01-11')];
    const now = [until('pro', '2027-01-21'), from('team', '2027-01-21')];
    expect(shown(planned(anInvoice('update', [...pending, ...now]), { plan: 'team', known }))).toEqual([
      `upgrade ${Math.floor((30 * 10) / 31)}`,
      `upgrade ${Math.floor((180 * 11) / 31)}`,
    ]);
  });

  it('to a product of somebody else gives nothing', () => {
    const lines = [until('basic', '2027-01-11'), from(null, '2027-01-11')];
    expect(planned(anInvoice('cycle', lines), { items: [], known })).toEqual([]);
  });

  it('never gives more than the highest plan would have given for the month', () => {
    const plans = { basic: 20, pro: 50, team: 200 } as const;
    const anyPlan = fc.constantFrom(...(Object.keys(plans) as (keyof typeof plans)[]));
    const changes = fc.array(fc.tuple(anyPlan, fc.integer({ min: 1, max: 2_678_399 })), { maxLength: 8 });
    fc.assert(
      fc.property(changes, (history) => {
        let plan: keyof typeof plans = 'basic';
        const lines = history
          .toSorted((a, b) => a[1] - b[1])
          .flatMap(([next, second]) => {
            const startsAt = new Date(day('2027-01-01').getTime() + second * 1000);
            const pair = [
              { ...until(plan, '2027-01-01'), startsAt },
              { ...from(next, '2027-01-01'), startsAt },
            ];
            plan = next;
            return pair;
          });
        const given = total(planned(anInvoice('cycle', lines), { plan, known }));
        const highest = Math.max(20, ...history.map(([name]) => plans[name]));
        return 20 + given <= highest;
      }),
    );
  });
});

describe('several plans of one subscription', () => {
  const both = [january(), january({ allotmentCredits: january().allotmentCredits })];

  it('each give their month', () => {
    const lines = [february('basic'), february('pro', 'si_2')];
    expect(shown(planned(anInvoice('cycle', lines)))).toEqual(['period 20', 'period 50']);
  });

  it('one that is added gives its share, whatever the others give', () => {
    const items = [held('basic'), held('pro', 'si_2')];
    const given = planned(anInvoice('update', [from('pro', '2027-01-11', 'si_2')]), { items, known: [january()] });
    expect(shown(given)).toEqual([`upgrade ${Math.floor((50 * 21) / 31)}`]);
    expect(given[0]).toMatchObject({ allotmentCredits: 70n });
  });

  it('one that is changed gives the difference', () => {
    const items = [held('pro'), held('basic', 'si_2')];
    const lines = [until('basic', '2027-01-11'), from('pro', '2027-01-11')];
    expect(shown(planned(anInvoice('update', lines), { items, known: both }))).toEqual([
      `upgrade ${Math.floor((30 * 21) / 31)}`,
    ]);
  });

  it('one in the place of another gives the difference, though Stripe calls it another item', () => {
    const lines = [until('basic', '2027-01-11'), from('pro', '2027-01-11', 'si_2')];
    const given = planned(anInvoice('update', lines), { items: [held('pro', 'si_2')], known: [january()] });
    expect(shown(given)).toEqual([`upgrade ${Math.floor((30 * 21) / 31)}`]);
  });

  it('more of one gives the difference', () => {
    const lines = [until('basic', '2027-01-11'), { ...from('basic', '2027-01-11'), quantity: 3 }];
    const given = planned(anInvoice('update', lines), { items: [held('basic', 'si_1', 3)], known: [january()] });
    expect(shown(given)).toEqual([`upgrade ${Math.floor((40 * 21) / 31)}`]);
  });
});

describe('a span of time gives its months', () => {
  const spanOf = (startsAt: string, endsAt: string) =>
    shown(planned(anInvoice('cycle', [aLine('basic', startsAt, endsAt)])));
  const months = (count: number) => Array.from({ length: count }, () => 'period 20');

  it.each([
    ['a month', '2027-01-31', '2027-02-28', months(1)],
    ['a month of an anchor on the 31st', '2027-02-28', '2027-03-31', months(1)],
    ['a quarter', '2027-01-01', '2027-04-01', months(3)],
    ['half a year', '2027-01-31', '2027-07-31', months(6)],
    ['a year', '2027-01-01', '2028-01-01', months(12)],
    ['a year of an anchor on 29 February', '2027-02-28', '2028-02-29', months(12)],
    ['four weeks', '2027-01-01', '2027-01-29', months(1)],
    ['a week', '2027-01-01', '2027-01-08', ['period 4']],
    ['a day', '2027-01-01', '2027-01-02', ['period 0']],
    ['45 days', '2027-01-01', '2027-02-15', ['period 20', 'period 10']],
  ])('%s', (_what, startsAt, endsAt, given) => {
    expect(spanOf(startsAt, endsAt)).toEqual(given);
  });

  it('and a first invoice those until its first whole period', () => {
    const stub = aLine('basic', '2027-01-16', '2027-02-01', { isProration: true, amountMinor: 750n });
    expect(shown(planned(anInvoice('create', [stub])))).toEqual([`period ${Math.floor((20 * 16) / 31)}`]);
  });
});

it('a subscription that was begun in the past gives each month that is charged its own time', () => {
  // In Stripe's flexible mode a first invoice has a line for each month since then.
  const line = (from: string, to: string) => aLine('basic', from, to);
  const lines = [line('2026-11-01', '2026-12-01'), line('2026-12-01', '2027-01-01'), line('2027-01-01', '2027-02-01')];
  const given = planned(anInvoice('create', lines));
  expect(shown(given)).toEqual(['period 20', 'period 20', 'period 20']);
  expect(given.map(({ endsAt }) => endsAt)).toEqual([day('2026-12-01'), day('2027-01-01'), day('2027-02-01')]);
});
