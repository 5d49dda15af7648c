import { useScrip } from '../support/service/scrip.js';
import { openAccount, outcomeOf } from '../support/shop/account.js';

const REVERSALS = 120;

interface Receipt {
  reversed: number;
  reversals: { amount: number }[];
}

describe('a receipt that is read while its spend is given back', () => {
  const scrip = useScrip();

  it('says of each moment what was given back by then, by itself and in the list', async () => {
    const account = await openAccount(scrip);
    await account.grant(REVERSALS);
    const { id } = (await account.spend(REVERSALS)).body;
    let isOver = false;
    const reversing = (async () => {
      for (let count = 0; count < REVERSALS; count += 1)
        expect(outcomeOf(await account.reverse(id, 1))).toBe('accepted');
    })().finally(() => {
      isOver = true;
    });
    const seen: Receipt[] = [];
    const read = async (path: string, receiptOf: (body: { data: Receipt[] } & Receipt) => Receipt | undefined) => {
      while (!isOver) {
        const receipt = receiptOf((await scrip.call('GET', path)).body);
        if (receipt !== undefined) seen.push(receipt);
      }
    };
    await Promise.all([
      reversing,
      read(`/v1/accounts/${account.id}/spends/${id}`, (body) => body),
      read(`/v1/spends?accountId=${account.id}`, ({ data }) => data[0]),
    ]);
    expect(seen.length).toBeGreaterThan(10);
    const sumOf = ({ reversals }: Receipt) => reversals.reduce((sum, { amount }) => sum + amount, 0);
    expect(seen.map(({ reversed }) => reversed)).toEqual(seen.map(sumOf));
  });
});
