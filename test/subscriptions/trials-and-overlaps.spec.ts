import { credits } from '../../src/kernel/credits.js';
import type { NewAllowance } from '../../src/subscriptions/allowances/allowance.entity.js';
import { aLine, anInvoice, day, january, planned } from '../support/make/invoices.js';

const shown = (allowances: NewAllowance[]) => allowances.map(({ kind, credits: given }) => `${kind} ${given}`);

it('a trial that was ended before it was heard of gives what a trial does, and no month', () => {
  const trial = aLine('basic', '2027-01-11', '2027-02-11', { amountMinor: 0n });
  const ended = { trialStart: day('2027-01-11'), trialEnd: day('2027-01-12') };
  expect(shown(planned(anInvoice('update', [trial], 0n), ended))).toEqual(['trial 3']);
});

it('what was paid between two trials is a month, though it is heard of in the second one', () => {
  const twice = { trialStart: day('2026-12-01'), trialEnd: day('2027-06-30') };
  expect(shown(planned(anInvoice('cycle', [aLine('basic', '2027-01-01', '2027-02-01')]), twice))).toEqual([
    'period 20',
  ]);
  const change = { isProration: true, amountMinor: 700n };
  const upgrade = anInvoice('update', [aLine('pro', '2027-01-11', '2027-02-01', change)]);
  const known = [january()];
  expect(shown(planned(upgrade, { ...twice, plan: 'pro', known }))).toEqual([`upgrade ${Math.floor((30 * 21) / 31)}`]);
});

it('an upgrade where a period was begun before the last one was over is given once, for the later one', () => {
  const begunAnew = january({
    startsAt: day('2027-01-16'),
    endsAt: day('2027-02-16'),
    stripeInvoiceId: 'in_2',
    allotmentCredits: credits(20),
  });
  const change = (plan: string, amountMinor: bigint) =>
    aLine(plan, '2027-01-21', '2027-02-16', { isProration: true, amountMinor });
  const upgrade = anInvoice('update', [change('basic', -1200n), change('pro', 2400n)]);
  expect(shown(planned(upgrade, { plan: 'pro', known: [january(), begunAnew] }))).toEqual([
    `upgrade ${Math.floor((30 * 26) / 31)}`,
  ]);
});
