import { credits } from '../../src/kernel/credits.js';
import type { NewAllowance } from '../../src/subscriptions/allowances/allowance.entity.js';
import { monthsTakenOff } from '../../src/subscriptions/allowances/months-taken-off.js';
import { aLine, anInvoice, contextOf, day, january, planned } from '../support/make/invoices.js';

const shown = (allowances: NewAllowance[]) => allowances.map(({ kind, credits: given }) => `${kind} ${given}`);
const change = (plan: string | null, from: string, amountMinor: bigint, item = 'si_1', to = '2027-02-01') =>
  aLine(plan, from, to, { isProration: true, amountMinor, stripeItemId: item });
const held = (plan: string, stripeItemId: string, addedAt = '2027-01-01') => ({
  ...{ plan, stripeItemId, quantity: 1 },
  addedAt: day(addedAt),
});

describe('what was paid for beside a plan that was not', () => {
  const known = [january()];

  it('gives its share, and not that of a plan that the first was moved to without proration', () => {
    const items = [held('team', 'si_1'), held('pro', 'si_2', '2027-01-11')];
    const given = planned(anInvoice('update', [change('pro', '2027-01-11', 700n, 'si_2')]), { items, known });
    expect(shown(given)).toEqual([`upgrade ${Math.floor((50 * 21) / 31)}`]);
    expect(given[0]).toMatchObject({ allotmentCredits: 70n });
  });

  it('gives its share, and not that of a plan that was added without proration', () => {
    const items = [held('basic', 'si_1'), held('team', 'si_2', '2027-01-05')];
    const lines = [change('basic', '2027-01-11', -400n), { ...change('basic', '2027-01-11', 800n), quantity: 2 }];
    expect(shown(planned(anInvoice('update', lines), { items, known }))).toEqual([
      `upgrade ${Math.floor((20 * 21) / 31)}`,
    ]);
  });

  it('gives it though the plan before it is taken away for money before it is charged', () => {
    const items = [held('pro', 'si_2', '2027-01-11')];
    const lines = [change('pro', '2027-01-11', 700n, 'si_2'), change('basic', '2027-01-21', -300n)];
    expect(shown(planned(anInvoice('update', lines), { items, known }))).toEqual([
      `upgrade ${Math.floor((50 * 10) / 31)}`,
      `upgrade ${Math.floor((30 * 11) / 31)}`,
    ]);
  });
});

describe('a year that was left for a month without its money, which comes back with the next change', () => {
  const ofYear = (index: number) =>
    january({
      startsAt: day(`2027-0${index}-10`),
      endsAt: day(`2027-0${index + 1}-10`),
      status: index < 2 ? 'granted' : 'scheduled',
    });
  const known = [
    ofYear(1),
    january({ startsAt: day('2027-01-20'), endsAt: day('2027-02-20'), stripeInvoiceId: 'in_2' }),
    ofYear(2),
    ofYear(3),
  ];
  const invoice = anInvoice('update', [
    change('basic', '2027-01-25', -9000n, 'si_1', '2027-04-10'),
    change('basic', '2027-01-25', -800n, 'si_1', '2027-02-20'),
    change('pro', '2027-01-25', 2000n, 'si_1', '2027-02-20'),
  ]);

  it('gives the change for the month that is charged, and for none of the months that are paid back', () => {
    expect(shown(planned(invoice, { plan: 'pro', known }))).toEqual([
      `upgrade ${Math.floor((30 * 16) / 31)}`,
      `upgrade ${Math.floor((30 * 10) / 28)}`,
    ]);
  });

  it('takes the months off that are paid back', () => {
    const scheduled = known.map((one, index) => ({
      ...one,
      ...{ id: `alw_${index}`, credits: credits(20), paidAt: day('2027-01-01') },
    }));
    const paid = { ...invoice, paidAt: day('2027-01-25') };
    expect(monthsTakenOff(scheduled, paid, contextOf({ plan: 'pro', known: scheduled }))).toEqual([
      { id: 'alw_3', allotmentCredits: 0n, credits: 0n },
    ]);
  });
});

it('a change of interval takes off what a period not yet paid gives, and not what a change in it added', () => {
  const december = january({ startsAt: day('2026-12-01'), endsAt: day('2027-01-01') });
  const invoice = anInvoice('update', [
    change('basic', '2027-01-01', -1500n),
    change('pro', '2027-01-01', 3000n),
    { ...change('pro', '2027-01-01', -3000n), startsAt: new Date('2027-01-01T00:30:00.000Z') },
    aLine('pro-yearly', '2027-01-01', '2028-01-01', { startsAt: new Date('2027-01-01T00:30:00.000Z') }),
  ]);
  expect(shown(planned(invoice, { plan: 'pro-yearly', known: [december] })).slice(0, 3)).toEqual([
    'upgrade 0',
    'period 30',
    'period 50',
  ]);
});

describe('a period in which nothing is paid yet counts from where it began', () => {
  const april = (plan: string | null, from: string, amountMinor: bigint, item = 'si_1') =>
    change(plan, from, amountMinor, item, '2027-04-24');
  const over = (startsAt: string, endsAt: string, status: 'closed' | 'canceled' = 'closed') =>
    january({ startsAt: day(startsAt), endsAt: day(endsAt), status });
  const year = { startsAt: day('2027-04-13'), endsAt: day('2028-04-13') };
  const begunAnew = { periodStart: year.startsAt, periodEnd: year.endsAt };

  it.each([
    ['nothing else is known', []],
    ['what was given before ended long ago', [over('2027-01-06', '2027-02-06')]],
    ['a month ends in it that was taken off', [over('2027-03-02', '2027-04-02', 'canceled')]],
  ])('where a change of interval charges what was added before: %s', (_what, known) => {
    // Beside a product of somebody else, from 24 March on.
    const lines = [
      april('team', '2027-04-04', 13_000n, 'si_2'),
      april('team', '2027-04-13', -7000n, 'si_2'),
      april(null, '2027-04-13', -500n),
      { ...aLine('team', '2027-04-13', '2028-04-13'), stripeItemId: 'si_2' },
    ];
    const invoice = { ...anInvoice('update', lines), changesSince: year.startsAt };
    const given = planned(invoice, { ...begunAnew, items: [held('team', 'si_2', '2027-04-04')], known });
    expect(shown(given).slice(0, 2)).toEqual([`upgrade ${Math.floor((200 * 9) / 31)}`, 'period 200']);
    expect(given[0]).toMatchObject({ startsAt: day('2027-04-04'), endsAt: day('2027-04-24') });
  });

  it('where a month of a year ends in it that was paid back', () => {
    const known = [over('2027-03-02', '2027-04-02')];
    const span = { periodStart: day('2027-03-24'), periodEnd: day('2027-04-24') };
    const lines = [april('team', '2027-04-04', 13_000n, 'si_2')];
    const invoice = { ...anInvoice('update', lines), changesSince: span.periodStart };
    const given = planned(invoice, { ...span, items: [held('team', 'si_2', '2027-04-04')], known });
    expect(shown(given)).toEqual([`upgrade ${Math.floor((200 * 20) / 31)}`]);
  });

  it('where its rest is taken off what another interval gives', () => {
    const lines = [april('team', '2027-04-13', -7000n), aLine('team', '2027-04-13', '2028-04-13')];
    const invoice = { ...anInvoice('update', lines), changesSince: year.startsAt };
    const known = [over('2027-02-24', '2027-03-24')];
    const given = planned(invoice, { ...begunAnew, plan: 'team', known });
    expect(shown(given).slice(0, 2)).toEqual([`period ${200 - Math.ceil((200 * 11) / 31)}`, 'period 200']);
  });
});
