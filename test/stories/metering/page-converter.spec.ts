import { useScrip } from '../../support/service/scrip.js';
import { accountOf, type TestAccount } from '../../support/shop/account.js';
import { anAccount, boughtPack } from '../../support/shop/shop.js';
import { type UsageOf, usageOf } from '../../support/shop/usage.js';

/** An app that converts documents and charges a credit for each page, by the meter that a fresh start has. */
const scrip = useScrip();
let customer: TestAccount;
let usage: UsageOf;
beforeEach(async () => {
  customer = accountOf(scrip, await anAccount(scrip));
  usage = usageOf(scrip, customer.id);
  await boughtPack(scrip, customer.id);
});

const pages = (quantity: number, document: string) => ({ meter: 'pages', quantity, dimensions: { document } });

it('asks what a document would cost, charges it, and gives back the page that could not be converted', async () => {
  const asked = { accountId: customer.id, ...pages(10, 'thesis') };
  expect((await scrip.call('POST', '/v1/quotes', asked)).body).toMatchObject({ amount: 10, affordable: true });

  const each = Array.from({ length: 10 }, (_, page) => ({
    ...{ meter: 'pages', quantity: 1 },
    dimensions: { document: 'thesis', page: `${page + 1}` },
  }));
  const { body: job } = await usage.use(each, 'thesis', { description: 'thesis.docx' });
  expect(job).toMatchObject({ amount: 10, balance: 2 });

  // The fourth page is an image that nobody can read.
  expect((await usage.undo(job.id, { lines: [3] }, 'thesis-page-4')).body).toMatchObject({ amount: 1, balance: 3 });
  // The worker does not know whether it has said so, and says it again.
  await usage.undo(job.id, { lines: [3] }, 'thesis-page-4');

  const { body: receipt } = await usage.receipt(job.id);
  expect(receipt).toMatchObject({ amount: 10, reversed: 1, description: 'thesis.docx', correctedBy: null });
  expect(receipt.reversals).toMatchObject([{ amount: 1, lines: [3], reason: 'a test' }]);
  const undone = receipt.lines.filter((line: { undone: boolean }) => line.undone);
  expect(undone).toMatchObject([{ dimensions: { page: '4' }, credits: 1, reversed: 1 }]);
  expect(await customer.entries()).toEqual(['grant +12', 'spend -10', 'spend_reversal +1']);
});

it('has charged by the quantity, and corrects it to the pages that there really were', async () => {
  const { body: job } = await usage.use(pages(12, 'novel'), 'novel');
  expect(job.balance).toBe(0);

  // Three pages were blank.
  const fewer = await usage.correct(job.id, pages(9, 'novel'), 'novel-blank-pages');
  expect(fewer.body).toMatchObject({ amount: 9, balance: 3, corrects: job.id, reversal: { amount: 12 } });

  // There is an appendix of eight pages, which nobody had counted: the work is done, and the next pack pays for it.
  const more = await usage.correct(fewer.body.id, pages(17, 'novel'), 'novel-appendix');
  expect(more.body).toMatchObject({ amount: 17, balance: -5 });
  expect((await usage.use(pages(1, 'letter'))).body).toMatchObject({ status: 402, availableCredits: -5 });
  await boughtPack(scrip, customer.id);
  expect((await usage.use(pages(7, 'letter'))).body.balance).toBe(0);

  const { body: last } = await usage.receipt(more.body.id);
  expect(last).toMatchObject({ corrects: fewer.body.id, correctedBy: null, balanceBefore: 12, balanceAfter: -5 });
  expect((await usage.receipt(job.id)).body).toMatchObject({ reversed: 12, correctedBy: fewer.body.id });
  expect(await usage.counters()).toEqual(['pages {}: 24']);
});
