import { startTestScrip, useScrip } from '../support/service/scrip.js';
import { anAccount, balanceOf, entriesOf, givenCredits, spendOf } from '../support/shop/shop.js';

describe('spends at the same time', () => {
  const scrip = useScrip();
  afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

  const together = <T>(count: number, act: (index: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, index) => act(index)));

  it('never take more than there is: of 300 spends of 1 on 100 credits exactly 100 pass', async () => {
    const account = await anAccount(scrip);
    await givenCredits(scrip, account, 100);

    const answers = await together(300, () => spendOf(scrip, account, 1));

    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(100);
    expect(statuses.filter((status) => status === 402)).toHaveLength(200);
    expect(await balanceOf(scrip, account)).toBe(0);
    const left = answers.filter(({ status }) => status === 201).map(({ body }) => body.available);
    expect(new Set(left).size).toBe(100);
  });

  it('count the whole amount, not only whether anything is left', async () => {
    const account = await anAccount(scrip);
    await givenCredits(scrip, account, 10);
    const answers = await together(20, () => spendOf(scrip, account, 7));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await balanceOf(scrip, account)).toBe(3);
  });

  it('with one key are one spend: everyone gets the first answer', async () => {
    const account = await anAccount(scrip);
    await givenCredits(scrip, account, 100);

    const answers = await together(20, () => spendOf(scrip, account, 5, 'job-1'));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(19);
    expect(await entriesOf(scrip, account)).toEqual(['grant +100', 'spend -5']);
  });

  it('with one key and different amounts: one is taken, the others are told', async () => {
    const account = await anAccount(scrip);
    await givenCredits(scrip, account, 100);
    const answers = await together(10, (index) => spendOf(scrip, account, index + 1, 'job-2'));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.type === '/problems/idempotency-key-reused')).toHaveLength(9);
  });

  it('of many accounts do not wait for each other, and each keeps its own order', async () => {
    const accounts = await together(10, () => anAccount(scrip));
    for (const account of accounts) await givenCredits(scrip, account, 5);
    const answers = await together(100, (index) => spendOf(scrip, accounts[index % 10] ?? '', 1));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50);
    for (const account of accounts) expect(await balanceOf(scrip, account)).toBe(0);
  });

  it('of two processes over one database never take more than there is', async () => {
    const other = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl });
    const account = await anAccount(scrip);
    await givenCredits(scrip, account, 50);
    const answers = await together(120, (index) => spendOf(index % 2 === 0 ? scrip : other, account, 1));
    await other.close();
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50);
    expect(answers.filter(({ status }) => status === 402)).toHaveLength(70);
  });
});
