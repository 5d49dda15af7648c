import { randomUUID } from 'node:crypto';
import { Database } from '../../../src/database/database.js';
import type { Book } from '../../../src/ledger/book/book.js';
import type { Source } from '../../../src/ledger/book/model.js';
import { Ledger } from '../../../src/ledger/ledger.js';
import type { TestScrip } from '../service/scrip.js';
import { haveMeters } from './usage.js';

/** A meter at a credit a unit, and a monthly and a yearly plan that include units of it, with names of their own. */
export async function plansWithPages(scrip: TestScrip) {
  const name = randomUUID().slice(0, 8);
  const meter = `pages-${name}`;
  await haveMeters(scrip, { [meter]: { prices: [{ match: {}, credits: 1 }] } });
  const plan = async (key: string, offer: object) => {
    const answer = await scrip.call('PUT', `/v1/products/${key}-${name}`, { kind: 'plan', name: key, ...offer });
    if (answer.status !== 201) throw new Error(`no plan: ${JSON.stringify(answer.body)}`);
    return `${key}-${name}`;
  };
  const of = (pages: number) => [{ meter, quantity: pages }];
  return {
    meter,
    small: await plan('small', {
      ...{ credits: 300, included: of(1_000) },
      prices: [{ currency: 'usd', amountMinor: 1_000 }],
    }),
    large: await plan('large', {
      ...{ credits: 300, included: of(3_000) },
      prices: [{ currency: 'usd', amountMinor: 3_000 }],
    }),
    yearly: await plan('yearly', {
      ...{ included: of(1_000), interval: 'year' },
      prices: [{ currency: 'usd', amountMinor: 12_000 }],
    }),
  };
}

/** `left of all` of what an account has included now, in the order in which it is taken. */
export async function includedOf(scrip: TestScrip, accountId: string): Promise<string[]> {
  const { body } = await scrip.call('GET', `/v1/accounts/${accountId}/included`);
  return body.data.map(
    ({ quantity, remainingQuantity }: Record<string, string>) => `${remainingQuantity} of ${quantity}`,
  );
}

/** Opens the books of an account with what a purchase includes, and changes that. */
export async function changeIncluded(
  scrip: TestScrip,
  { accountId, source }: { accountId: string; source: Source },
  act: (book: Book) => void,
): Promise<void> {
  const { app } = scrip.running;
  const ledger = app.get(Ledger, { strict: false });
  await app.get(Database, { strict: false }).transaction(async (tx) => {
    const book = await ledger.open(tx, accountId, { purchases: [source] });
    act(book);
    await ledger.write(tx, book);
  });
}

/** Of all that an account has ever had included, what ended first before the rest, in whole units. */
export async function allIncludedOf(
  scrip: TestScrip,
  accountId: string,
): Promise<{ granted: number; left: number; takenBack: number }[]> {
  const rows = await scrip.sql(
    `select granted::int, remaining::int as left, taken_back::int as back from usage_inclusions
     where account_id = $1 order by expires_at, effective_at`,
    [accountId],
  );
  return rows.map(({ granted, left, back }) => ({
    ...{ granted: Number(granted), left: Number(left), takenBack: Number(back) },
  }));
}
