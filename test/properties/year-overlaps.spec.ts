import type { PaidInvoice, PaidLine } from './year-invoices.js';
import { Overlaps } from './year-overlaps.js';

const ms = (date: string): number => Date.parse(`${date}T00:00:00Z`);
const line = (id: string, from: string, to: string, more: Partial<PaidLine> = {}): PaidLine => ({
  ...{ id, item: 'si_1', plan: 'basic', quantity: 1, isProration: false, amountMinor: 100, credits: null },
  ...{ startMs: ms(from), endMs: ms(to) },
  ...more,
});
const invoice = (id: string, reason: PaidInvoice['reason'], at: string, ...lines: PaidLine[]): PaidInvoice => ({
  ...{ id, subscription: 'sub_1', reason, lines, chargedMinor: 100 },
  ...{ createdMs: ms(at), paidMs: ms(at), changesSinceMs: ms(at) },
});

/** A year that is left for a month of something else, without its money. */
const year = invoice('in_year', 'cycle', '2027-08-31', line('il_year', '2027-08-31', '2028-08-31'));
const away = invoice('in_away', 'update', '2027-10-19', line('il_away', '2027-10-19', '2027-11-19', { plan: 'other' }));
const back = (...instead: PaidLine[]) => {
  const credits = { invoice: 'in_year', lines: ['il_year'] };
  const given = line('il_back', '2027-10-25', '2028-08-31', { isProration: true, amountMinor: -80, credits });
  return invoice('in_back', 'update', '2027-10-25', given, ...instead);
};

/** Whether its month may overlap what is given for a time that begins later, all having been heard of on 2 November. */
function mayBegin(month: string, ...invoices: PaidInvoice[]): boolean {
  const overlaps = new Overlaps();
  for (const [index, one] of invoices.entries()) overlaps.heard(one, invoices.slice(0, index), ms('2027-11-02'));
  const times = { lineMs: ms('2027-08-31'), monthMs: ms(month), laterMs: ms('2027-12-05') };
  return overlaps.isRight({ subscription: 'sub_1', line: 'il_year', ...times });
}

describe('a month of a year may overlap what was given later', () => {
  const instead = line('il_instead', '2027-10-25', '2027-12-19', { isProration: true });

  it.each<[string, boolean, string, PaidInvoice[]]>([
    ['not while nothing was begun anew', false, '2027-11-30', [year]],
    ['where it was left without its money', true, '2027-11-30', [year, away]],
    ['where it began before it was heard that its money is back', true, '2027-10-31', [year, away, back()]],
    ['not where it began afterwards', false, '2027-11-30', [year, away, back()]],
    ['but where something is charged instead', true, '2027-11-30', [year, away, back(instead)]],
  ])('%s', (_, may, month, invoices) => {
    expect(mayBegin(month, ...invoices)).toBe(may);
  });
});
