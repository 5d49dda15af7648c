import { useScrip } from '../support/service/scrip.js';
import { openAccount, outcomeOf, type TestAccount } from '../support/shop/account.js';

/** How other systems let an account spend what it did not have. Each test names where it happened. */
describe('overspend under concurrency', () => {
  const scrip = useScrip();
  let account: TestAccount;
  beforeEach(async () => {
    account = await openAccount(scrip);
  });
  afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

  const together = (count: number, act: () => Promise<{ status: number }>) =>
    Promise.all(Array.from({ length: count }, act));
  const countOf = (answers: { status: number }[], status: number) =>
    answers.filter((answer) => answer.status === status).length;

  it('check and deduct are one step, so 40 requests at once cannot all pass (new-api 6609, one-api 2440)', async () => {
    await account.grant(30);
    const answers = await together(40, () => account.spend(10));
    expect([countOf(answers, 201), countOf(answers, 402)]).toEqual([3, 37]);
    expect(await account.standing()).toEqual({ balance: 0, held: 0, available: 0 });
  });

  it('check and deduct are one step for holds too (new-api 6609, one-api 2440)', async () => {
    await account.grant(30);
    const answers = await together(20, () => account.hold(10));
    expect([countOf(answers, 201), countOf(answers, 402)]).toEqual([3, 17]);
    expect(await account.standing()).toEqual({ balance: 30, held: 30, available: 0 });
  });

  it('one credit left does not open the door to a spend of a thousand (sub2api 3384)', async () => {
    await account.grant(1);
    const refused = await account.spend(1_000);
    expect(refused).toMatchObject({ status: 402, body: { availableCredits: 1, requestedCredits: 1_000 } });
    expect(await account.entries()).toEqual(['grant +1']);
    expect(await account.standing()).toEqual({ balance: 1, held: 0, available: 1 });
  });

  it('in debt nothing can be spent or held, not even one credit (sub2api 3384)', async () => {
    await account.adjust(-5);
    expect(outcomeOf(await account.spend(1))).toBe('insufficient-credits');
    expect(outcomeOf(await account.hold(1))).toBe('insufficient-credits');
    expect(await account.standing()).toEqual({ balance: -5, held: 0, available: -5 });
  });

  it('what is held is not available: neither to a spend nor to another hold (blnk 181)', async () => {
    await account.grant(10);
    await account.hold(7);

    expect(await account.spend(4)).toMatchObject({ status: 402, body: { availableCredits: 3 } });
    expect(await account.hold(4)).toMatchObject({ status: 402, body: { availableCredits: 3 } });
    expect(outcomeOf(await account.spend(3))).toBe('accepted');
    expect(await account.standing()).toEqual({ balance: 7, held: 7, available: 0 });
  });

  it('what is held is not available to a void either (blnk 181)', async () => {
    const { id } = (await account.grant(10)).body;
    await account.hold(7);
    expect(await account.voidGrant(id)).toMatchObject({ status: 409, body: { reason: 'held' } });
    expect(await account.standing()).toEqual({ balance: 10, held: 7, available: 3 });
  });

  it('what is held is counted while spends and holds arrive at once (blnk 181)', async () => {
    await account.grant(20);
    const [spends, holds] = await Promise.all([
      together(20, () => account.spend(2)),
      together(20, () => account.hold(2)),
    ]);
    const spent = 2 * countOf(spends, 201);
    const held = 2 * countOf(holds, 201);
    expect(spent + held).toBe(20);
    expect(await account.standing()).toEqual({ balance: 20 - spent, held, available: 0 });
  });
});
