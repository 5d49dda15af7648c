import fc from 'fast-check';
import { credits } from '../../src/kernel/credits.js';
import type { NewAllowance } from '../../src/subscriptions/allowances/allowance.entity.js';
import type { KnownAllowance } from '../../src/subscriptions/allowances/invoice-context.js';
import { aLine, anInvoice, day, january, planned } from '../support/make/invoices.js';

const shown = (allowances: NewAllowance[]) => allowances.map(({ kind, credits: given }) => `${kind} ${given}`);
const total = (allowances: NewAllowance[]) => allowances.reduce((sum, { credits: given }) => sum + Number(given), 0);
const upgrade = (plan: string, from: string, more = {}) =>
  aLine(plan, from, '2027-02-01', { isProration: true, amountMinor: 700n, ...more });
const unused = (plan: string, from: string, more = {}) => upgrade(plan, from, { amountMinor: -400n, ...more });

describe('a new period', () => {
  it.each(['create', 'cycle'] as const)('gives the plan once for a %s', (reason) => {
    const given = planned(anInvoice(reason, [aLine('basic', '2027-01-01', '2027-02-01')]));
    expect(given).toEqual([
      expect.objectContaining({ kind: 'period', month: 0, credits: 20n, allotmentCredits: 20n, costBasisMinor: 1500n }),
    ]);
    expect([given[0]?.startsAt, given[0]?.endsAt]).toEqual([day('2027-01-01'), day('2027-02-01')]);
  });

  it('gives for every line that is no proration, for its quantity, and for no plan of others', () => {
    const line = (plan: string | null, more = {}) => aLine(plan, '2027-01-01', '2027-02-01', more);
    const lines = [
      line('basic', { quantity: 3 }),
      line('pro'),
      line(null),
      line('unheard-of'),
      unused('basic', '2027-01-15'),
    ];
    expect(shown(planned(anInvoice('cycle', lines)))).toEqual(['period 60', 'period 50']);
  });

  it('gives nothing for an invoice by hand', () => {
    expect(planned(anInvoice('other', [aLine('basic', '2027-01-01', '2027-02-01')]))).toEqual([]);
  });

  it('drips a year month by month, on the day it began or the last of the month', () => {
    const given = planned(anInvoice('create', [aLine('basic-yearly', '2027-01-31', '2028-01-31')], 14_400n));
    expect(given.map(({ startsAt }) => startsAt.toISOString().slice(0, 10)).slice(0, 4)).toEqual([
      '2027-01-31',
      '2027-02-28',
      '2027-03-31',
      '2027-04-30',
    ]);
    expect(given).toHaveLength(12);
    expect(
      given.every(({ endsAt }, month) => month === 11 || endsAt.getTime() === given[month + 1]?.startsAt.getTime()),
    ).toBe(true);
    expect(given.at(-1)?.endsAt).toEqual(day('2028-01-31'));
    expect(given.map(({ costBasisMinor }) => costBasisMinor)).toEqual(Array(12).fill(1200n));
  });

  it('gives what the trial gives while it is tried', () => {
    const trial = { trialStart: day('2027-01-01'), trialEnd: day('2027-01-15') };
    const first = planned(
      anInvoice('create', [aLine('basic', '2027-01-01', '2027-01-15', { amountMinor: 0n })], 0n),
      trial,
    );
    expect(first).toEqual([
      expect.objectContaining({ kind: 'trial', credits: 3n, rollover: null, costBasisMinor: 0n }),
    ]);
    const paid = planned(anInvoice('cycle', [aLine('basic', '2027-01-15', '2027-02-15')]), trial);
    expect(shown(paid)).toEqual(['period 20']);
  });
});

describe('an upgrade', () => {
  it('gives what the new plan has more, for what is left of the period', () => {
    // 15.5 of 31 days are left.
    const line = upgrade('pro', '2027-01-16', { startsAt: new Date('2027-01-16T12:00:00.000Z') });
    const given = planned(anInvoice('update', [unused('basic', '2027-01-16'), line], 700n), {
      plan: 'pro',
      known: [january()],
    });
    expect(given).toEqual([
      expect.objectContaining({ kind: 'upgrade', credits: 15n, allotmentCredits: 50n, costBasisMinor: 700n }),
    ]);
  });

  it('counts from the highest that was given, so that switching back and forth gains nothing', () => {
    const known = [january(), january({ kind: 'upgrade', allotmentCredits: credits(50), startsAt: day('2027-01-08') })];
    const again = planned(anInvoice('update', [upgrade('pro', '2027-01-20')]), { plan: 'pro', known });
    expect(shown(again)).toEqual(['upgrade 0']);
    const higher = planned(anInvoice('update', [upgrade('team', '2027-01-20')]), { plan: 'team', known });
    expect(total(higher)).toBe(Math.floor((150 * 12) / 31));
  });

  it('is never negative, and gives nothing on the last instant', () => {
    const down = planned(anInvoice('update', [upgrade('basic', '2027-01-10')]), {
      known: [january({ allotmentCredits: credits(50) })],
    });
    expect(total(down)).toBe(0);
    const late = upgrade('pro', '2027-01-31', { startsAt: new Date('2027-01-31T23:59:59.000Z') });
    expect(total(planned(anInvoice('update', [late]), { plan: 'pro', known: [january()] }))).toBe(0);
  });

  it('counts anew once the money of an upgrade went back, and not when that of the period did', () => {
    const returned = january({
      kind: 'upgrade',
      allotmentCredits: credits(50),
      startsAt: day('2027-01-08'),
      isReturned: true,
    });
    const rest = { plan: 'pro', known: [january({ isReturned: true }), returned] };
    expect(total(planned(anInvoice('update', [upgrade('pro', '2027-01-20')]), rest))).toBe(Math.floor((30 * 12) / 31));
  });

  it('of a yearly plan gives what is left of the month, and the difference in every month to come', () => {
    const year = planned(anInvoice('create', [aLine('basic-yearly', '2027-01-01', '2028-01-01')]));
    const known: KnownAllowance[] = year.map((one) => ({
      ...one,
      status: 'scheduled' as const,
      stripeInvoiceId: 'in_1',
      isReturned: false,
    }));
    const line = aLine('pro-yearly', '2027-10-16', '2028-01-01', {
      isProration: true,
      startsAt: new Date('2027-10-16T12:00:00Z'),
    });
    expect(shown(planned(anInvoice('update', [line]), { plan: 'pro-yearly', known }))).toEqual([
      'upgrade 15',
      'upgrade 30',
      'upgrade 30',
    ]);
  });

  it('before its period is paid leaves to that payment what it gives itself', () => {
    const december = january({ startsAt: day('2026-12-01'), endsAt: day('2027-01-01') });
    const invoice = anInvoice('update', [unused('basic', '2027-01-01'), upgrade('pro', '2027-01-01')]);
    const given = planned(invoice, { plan: 'pro', known: [december] });
    expect(shown(given)).toEqual(['upgrade 30']);
    const after = given.map((one) => ({
      ...one,
      status: 'granted' as const,
      stripeInvoiceId: 'in_1',
      isReturned: false,
    }));
    const higher = anInvoice('update', [unused('pro', '2027-01-02'), upgrade('team', '2027-01-02')]);
    const more = planned(higher, { plan: 'team', known: [december, ...after] });
    expect(total(more)).toBe(Math.floor((150 * 30) / 31));
    // Heard of when the period is over, and still not paid.
    const late = { plan: 'pro', periodStart: day('2027-02-01'), periodEnd: day('2027-03-01'), known: [december] };
    expect(shown(planned(invoice, late))).toEqual(['upgrade 30']);

    const year = anInvoice('update', [
      unused('basic-yearly', '2027-01-01', { endsAt: day('2028-01-01') }),
      upgrade('pro-yearly', '2027-01-01', { endsAt: day('2028-01-01') }),
    ]);
    const span = { periodStart: day('2027-01-01'), periodEnd: day('2028-01-01') };
    expect(shown(planned(year, { plan: 'pro-yearly', ...span, known: [december] }))).toEqual(
      Array.from({ length: 12 }, () => 'upgrade 30'),
    );
    const longer = aLine('pro-yearly', '2027-01-01', '2028-01-01');
    const switched = planned(anInvoice('update', [unused('basic', '2027-01-01'), longer]), { known: [december] });
    expect(shown(switched).slice(0, 2)).toEqual(['period 30', 'period 50']);
  });

  it('on trial gives what the other trial gives more', () => {
    const trial = { trialStart: day('2027-01-01'), trialEnd: day('2027-02-01') };
    const known = [january({ kind: 'trial', allotmentCredits: credits(3) })];
    const line = upgrade('pro', '2027-01-01', { amountMinor: 0n });
    expect(shown(planned(anInvoice('update', [line], 0n), { ...trial, plan: 'pro', known }))).toEqual(['trial 5']);
  });

  it('to another interval begins a new period, less the credits for the time that was paid back', () => {
    const line = aLine('pro-yearly', '2027-01-16', '2028-01-16', { startsAt: new Date('2027-01-16T12:00:00.000Z') });
    const given = planned(anInvoice('update', [unused('basic', '2027-01-16'), line]), {
      plan: 'pro-yearly',
      known: [january()],
    });
    expect(shown(given).slice(0, 2)).toEqual(['period 40', 'period 50']);
  });

  it('a subscription that goes on after a pause is paid in full, and gives in full', () => {
    const line = aLine('basic', '2027-01-16', '2027-02-16');
    expect(shown(planned(anInvoice('update', [line]), { known: [january()] }))).toEqual(['period 20']);
  });

  it('however often the plan is switched within a period, never more is given than the highest plan gives', () => {
    const plans = { basic: 20, pro: 50, team: 200 } as const;
    const switches = fc.array(
      fc.tuple(
        fc.constantFrom(...(Object.keys(plans) as (keyof typeof plans)[])),
        fc.integer({ min: 0, max: 2_678_399 }),
      ),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(switches, (changes) => {
        const known: KnownAllowance[] = [january()];
        let given = 20;
        let highest = 20;
        for (const [plan, second] of changes.sort((a, b) => a[1] - b[1])) {
          const line = upgrade(plan, '2027-01-01', { startsAt: new Date(day('2027-01-01').getTime() + second * 1000) });
          const more = planned(anInvoice('update', [line]), { plan, known });
          given += total(more);
          highest = Math.max(highest, plans[plan]);
          known.push(
            ...more.map((one) => ({ ...one, status: 'granted' as const, stripeInvoiceId: 'in_1', isReturned: false })),
          );
        }
        return given <= highest;
      }),
    );
  });
});
