import fc from 'fast-check';
import { forgetAccounts } from '../support/database/forget-accounts.js';
import { type HttpAnswer, useScrip } from '../support/service/scrip.js';
import { openAccount, outcomeOf, type TestAccount } from '../support/shop/account.js';
import { purchasesOf, type TestPurchases } from '../support/shop/purchases.js';
import { runsOf } from './table.js';

const RUNS = runsOf(15);

/** One of many requests that reach one account at the same moment; each is sent twice with the same key. */
type Ask =
  | { do: 'spend' | 'hold' | 'grant' | 'adjust'; amount: number }
  | { do: 'capture'; which: number; amount: number; final: boolean }
  | { do: 'release' | 'extend'; which: number }
  | { do: 'reverse'; which: number; amount: number }
  | { do: 'settle'; target: number };

const amount = fc.integer({ min: 1, max: 9 });
const which = fc.nat({ max: 2 });
const ask: fc.Arbitrary<Ask> = fc.oneof(
  fc.record({ do: fc.constantFrom('spend' as const, 'hold' as const, 'grant' as const), amount }),
  fc.record({ do: fc.constant('adjust' as const), amount: fc.constantFrom(-7, -2, 3) }),
  fc.record({ do: fc.constant('capture' as const), which, amount, final: fc.boolean() }),
  fc.record({ do: fc.constantFrom('release' as const, 'extend' as const), which }),
  fc.record({ do: fc.constant('reverse' as const), which, amount }),
  fc.record({ do: fc.constant('settle' as const), target: fc.integer({ min: 0, max: 12 }) }),
);

/** Nobody can say in which order these are judged; but what was accepted must add up to what is there. */
describe(`${RUNS} crowds of requests on one account at once`, () => {
  const scrip = useScrip();
  let purchases: TestPurchases;
  beforeAll(async () => {
    purchases = await purchasesOf(scrip);
  });
  beforeEach(() => forgetAccounts(scrip));

  /** Ids of three holds of 5 and three spends of 6, on an account that has 48 left, 12 of them bought. */
  async function given(account: TestAccount) {
    await account.grant(54);
    await purchases.credit(account.id, 'P', 12);
    const holds: string[] = [];
    const spends: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      holds.push((await account.hold(5)).body.id);
      spends.push((await account.spend(6)).body.id);
    }
    return { holds, spends };
  }

  it('leave exactly what the accepted ones add up to, and each key counts once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(ask, { minLength: 1, maxLength: 24 }), async (asks) => {
        const account = await openAccount(scrip);
        const { holds, spends } = await given(account);
        const send = (one: Ask, key: string): Promise<HttpAnswer> => {
          switch (one.do) {
            case 'capture':
              return account.capture(holds[one.which] ?? '', one.amount, { final: one.final, key });
            case 'release':
              return account.release(holds[one.which] ?? '', key);
            case 'extend':
              return account.extend(holds[one.which] ?? '', 60, key);
            case 'reverse':
              return account.reverse(spends[one.which] ?? '', one.amount, key);
            case 'settle':
              throw new Error('a return has no key');
            default:
              return account[one.do](one.amount, key as never);
          }
        };
        let change = 0;
        let lastHolds: string[] = [];
        await Promise.all(
          asks.map(async (one, index) => {
            if (one.do === 'settle') {
              await purchases.settle(account.id, 'P', one.target);
              return;
            }
            const key = `crowd-${index}`;
            const outcomes = await Promise.all([send(one, key), send(one, key)]);
            const accepted = outcomes.filter((answer) => outcomeOf(answer) === 'accepted');
            expect(accepted.length).toBeLessThanOrEqual(1);
            if (accepted[0] === undefined) return;
            if (one.do === 'spend' || one.do === 'capture') change -= one.amount;
            if (one.do === 'grant' || one.do === 'adjust' || one.do === 'reverse') change += one.amount;
            if (one.do === 'hold') lastHolds = [...lastHolds, accepted[0].body.id];
          }),
        );

        const [row] = await scrip.sql('select reversed from test_purchases where account_id = $1', [account.id]);
        const { balance, held } = await account.standing();
        expect(balance).toBe(48 + change - Number(row?.reversed));
        const now = await Promise.all([...holds, ...lastHolds].map((id) => account.holdNow(id)));
        const active = now.map(({ body }) => body).filter(({ status }) => status === 'active');
        expect(held).toBe(active.reduce((sum, hold) => sum + hold.amount - hold.captured, 0));
        expect((await scrip.checkBooks()).findings).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  }, 1_800_000);
});
