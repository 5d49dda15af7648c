import { type HttpAnswer, type TestScrip, useScrip } from '../support/service/scrip.js';
import { type StoppedClock, stopClock } from '../support/service/stopped-clock.js';
import { openAccount, outcomeOf, type TestAccount } from '../support/shop/account.js';
import { purchasesOf, type TestPurchases } from '../support/shop/purchases.js';
import { haveMeters, PER_UNIT } from '../support/shop/usage.js';
import { anEvent, sendEvent } from '../support/shop/usage-events.js';

const DAY = 86_400;

interface Scene {
  account: TestAccount;
  purchases: TestPurchases;
  scrip: TestScrip;
  clock: StoppedClock;
  /** Ids that earlier steps of the example made, by the name the example gives them. */
  ids: Record<string, string>;
}

/** One line of an example: what happens, what it answers, and the balance, held and available credits after it. */
type Step = [what: string, outcome: string, after: [number, number, number], act: (scene: Scene) => Promise<unknown>];

interface Example {
  name: string;
  steps: Step[];
  entries: string[];
}

const named = async (scene: Scene, name: string, asked: Promise<HttpAnswer>) => {
  const answer = await asked;
  scene.ids[name] = answer.body.id;
  return answer;
};
const inDays = ({ clock }: Scene, days: number) => new Date(clock.now().getTime() + days * DAY * 1000).toISOString();

/** Usage of a meter that costs as many credits, and allows a debt of 4. */
const owe = ({ account, scrip }: Scene, quantity: number) =>
  sendEvent(scrip, anEvent(account.id, { type: 'owing', data: { quantity } }));

/** The worked examples of src/ledger/README.md, line by line. */
const EXAMPLES: Example[] = [
  {
    name: 'a grant repays debt first',
    steps: [
      ['grant 10', 'accepted', [10, 0, 10], ({ account }) => account.grant(10)],
      ['adjust -25', 'accepted', [-15, 0, -15], ({ account }) => account.adjust(-25)],
      ['spend 1', 'insufficient-credits', [-15, 0, -15], ({ account }) => account.spend(1)],
      ['grant 20', 'accepted', [5, 0, 5], (scene) => named(scene, 'G', scene.account.grant(20))],
      ['spend 5, all of it from what is left of that grant', 'accepted', [0, 0, 0], ({ account }) => account.spend(5)],
    ],
    entries: ['grant +10', 'adjustment -25', 'grant +20', 'spend -5'],
  },
  {
    name: 'a hold keeps credits standing past their time, until it ends',
    steps: [
      [
        'grant 10 that lapse in 1 day',
        'accepted',
        [10, 0, 10],
        (scene) => scene.account.grant(10, { expiresAt: inDays(scene, 1) }),
      ],
      ['hold 4 for 3 days', 'accepted', [10, 4, 6], (scene) => named(scene, 'H', scene.account.hold(4, 3 * DAY))],
      ['1 day later 6 have lapsed, the held 4 stand', 'passes', [4, 4, 0], async ({ clock }) => clock.advance(DAY)],
      [
        'capture 1, not final',
        'accepted',
        [3, 3, 0],
        ({ account, ids }) => account.capture(ids.H ?? '', 1, { final: false }),
      ],
      ['2 days later the hold is over, 3 lapse', 'passes', [0, 0, 0], async ({ clock }) => clock.advance(2 * DAY)],
      [
        'capture 1 of the ended hold',
        'hold-already-expired',
        [0, 0, 0],
        ({ account, ids }) => account.capture(ids.H ?? '', 1),
      ],
      ['grant 1, and what was due is written down', 'accepted', [1, 0, 1], ({ account }) => account.grant(1)],
    ],
    entries: ['grant +10', 'expiry -6', 'spend -1', 'expiry -3', 'grant +1'],
  },
  {
    name: 'a refund takes the purchase back though part of it is spent',
    steps: [
      ['a purchase gives 12', 'passes', [12, 0, 12], ({ account, purchases }) => purchases.credit(account.id, 'P', 12)],
      ['spend 10', 'accepted', [2, 0, 2], ({ account }) => account.spend(10)],
      [
        'half of the money goes back: target 6, of which 2 are there and 4 are debt',
        'passes',
        [-4, 0, -4],
        ({ account, purchases }) => purchases.settle(account.id, 'P', 6),
      ],
      [
        'the same fact once more',
        'passes',
        [-4, 0, -4],
        ({ account, purchases }) => purchases.settle(account.id, 'P', 6),
      ],
      [
        'the refund fails: target 0, 4 repay debt and 2 return to the purchase',
        'passes',
        [2, 0, 2],
        ({ account, purchases }) => purchases.settle(account.id, 'P', 0),
      ],
    ],
    entries: ['grant +12', 'spend -10', 'refund_reversal -6', 'reinstatement +6'],
  },
  {
    name: 'a refund that failed is undone by itself, and loses nothing in the grant of the refund before it',
    steps: [
      [
        'a purchase gives 6 that lapse in 2 days',
        'passes',
        [6, 0, 6],
        (scene) => scene.purchases.credit(scene.account.id, 'P', 6, new Date(inDays(scene, 2))),
      ],
      ['spend 3', 'accepted', [3, 0, 3], ({ account }) => account.spend(3)],
      [
        'half of the money goes back: target 3, all of which is there',
        'passes',
        [0, 0, 0],
        ({ account, purchases }) => purchases.settle(account.id, 'P', 3),
      ],
      [
        'the other half as well: target 6, and 3 are debt',
        'passes',
        [-3, 0, -3],
        ({ account, purchases }) => purchases.settle(account.id, 'P', 6),
      ],
      ['grant 10', 'accepted', [7, 0, 7], ({ account }) => account.grant(10)],
      ['3 days later the purchase is over', 'passes', [7, 0, 7], async ({ clock }) => clock.advance(3 * DAY)],
      [
        'the second refund fails: target 3, and the 3 that the grant has paid are there again',
        'passes',
        [10, 0, 10],
        ({ account, purchases }) => purchases.settle(account.id, 'P', 3),
      ],
    ],
    entries: [
      ...['grant +6', 'spend -3', 'refund_reversal -3', 'refund_reversal -3'],
      ...['grant +10', 'reinstatement +3'],
    ],
  },
  {
    name: 'a spend reversed in debt repays the debt, the rest returns to its grant',
    steps: [
      ['grant 10', 'accepted', [10, 0, 10], ({ account }) => account.grant(10)],
      ['spend 8', 'accepted', [2, 0, 2], (scene) => named(scene, 'S', scene.account.spend(8))],
      ['adjust -5', 'accepted', [-3, 0, -3], ({ account }) => account.adjust(-5)],
      ['reverse 2 of the spend', 'accepted', [-1, 0, -1], ({ account, ids }) => account.reverse(ids.S ?? '', 2)],
      ['reverse the rest, 6', 'accepted', [5, 0, 5], ({ account, ids }) => account.reverse(ids.S ?? '')],
      ['reverse 1 more', 'reversal-exceeds-spend', [5, 0, 5], ({ account, ids }) => account.reverse(ids.S ?? '', 1)],
    ],
    entries: ['grant +10', 'spend -8', 'adjustment -5', 'spend_reversal +2', 'spend_reversal +6'],
  },
  {
    name: 'a grant is not voided while a hold needs it',
    steps: [
      ['grant 10', 'accepted', [10, 0, 10], (scene) => named(scene, 'G', scene.account.grant(10))],
      ['hold 4', 'accepted', [10, 4, 6], (scene) => named(scene, 'H', scene.account.hold(4))],
      ['void the grant', 'grant-not-voidable', [10, 4, 6], ({ account, ids }) => account.voidGrant(ids.G ?? '')],
      ['capture 3, final', 'accepted', [7, 0, 7], ({ account, ids }) => account.capture(ids.H ?? '', 3)],
      ['void the grant', 'accepted', [0, 0, 0], ({ account, ids }) => account.voidGrant(ids.G ?? '')],
      ['void it again', 'grant-not-voidable', [0, 0, 0], ({ account, ids }) => account.voidGrant(ids.G ?? '')],
    ],
    entries: ['grant +10', 'spend -3', 'void -7'],
  },
  {
    name: 'an event takes what a hold has put aside, and goes into debt',
    steps: [
      ['grant 10', 'accepted', [10, 0, 10], ({ account }) => account.grant(10)],
      ['hold 8', 'accepted', [10, 8, 2], (scene) => named(scene, 'H', scene.account.hold(8))],
      ['event of 5', 'accepted', [5, 8, -3], (scene) => owe(scene, 5)],
      ['event of 2', 'insufficient-credits', [5, 8, -3], (scene) => owe(scene, 2)],
      ['capture 8', 'accepted', [-3, 0, -3], ({ account, ids }) => account.capture(ids.H ?? '', 8)],
      ['event of 1', 'accepted', [-4, 0, -4], (scene) => owe(scene, 1)],
      ['grant 5', 'accepted', [1, 0, 1], ({ account }) => account.grant(5)],
    ],
    entries: ['grant +10', 'spend -5', 'spend -8', 'spend -1', 'grant +5'],
  },
  {
    name: 'a refused spend leaves its key free',
    steps: [
      ['grant 5', 'accepted', [5, 0, 5], ({ account }) => account.grant(5)],
      ['spend 8 with key K', 'insufficient-credits', [5, 0, 5], ({ account }) => account.spend(8, 'K')],
      ['grant 5', 'accepted', [10, 0, 10], ({ account }) => account.grant(5)],
      ['spend 8 with key K', 'accepted', [2, 0, 2], ({ account }) => account.spend(8, 'K')],
      ['spend 8 with key K', 'replayed', [2, 0, 2], ({ account }) => account.spend(8, 'K')],
      ['spend 1 with key K', 'idempotency-key-reused', [2, 0, 2], ({ account }) => account.spend(1, 'K')],
    ],
    entries: ['grant +5', 'grant +5', 'spend -8'],
  },
];

describe('the worked examples', () => {
  const scrip = useScrip();
  let purchases: TestPurchases;
  let clock: StoppedClock;
  beforeAll(async () => {
    purchases = await purchasesOf(scrip);
    await haveMeters(scrip, { owing: PER_UNIT }, { whenShort: 'debt', maxDebtCredits: 4 });
    clock = stopClock(scrip.clock);
  });
  afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

  it.each(EXAMPLES)('$name', async ({ steps, entries }) => {
    const scene: Scene = { account: await openAccount(scrip), purchases, scrip, clock, ids: {} };
    const seen: unknown[] = [];
    for (const [what, , , act] of steps) {
      const answer = await act(scene);
      const { balance, held, available } = await scene.account.standing();
      seen.push([what, isHttpAnswer(answer) ? outcomeOf(answer) : 'passes', [balance, held, available]]);
    }
    expect(seen).toEqual(steps.map(([what, outcome, after]) => [what, outcome, after]));
    expect(await scene.account.entries()).toEqual(entries);
  });

  it('the balance of a past instant is the same, whether the lapse is written down or not', async () => {
    const account = await openAccount(scrip);
    await account.grant(10, { expiresAt: new Date(clock.now().getTime() + 2 * DAY * 1000).toISOString() });
    await account.spend(3);
    const start = clock.now();
    const hoursLater = (hours: number) => new Date(start.getTime() + hours * 3_600_000);
    clock.advance(5 * DAY);
    const past = async () =>
      Promise.all([0, 47, 48, 72].map(async (hours) => (await account.standing(hoursLater(hours))).balance));

    const unwritten = await past();
    await account.grant(1);
    const written = await past();

    expect(unwritten).toEqual([7, 7, 0, 0]);
    expect(written).toEqual(unwritten);
    expect(await account.entries()).toEqual(['grant +10', 'spend -3', 'expiry -7', 'grant +1']);
    expect(await account.standing()).toEqual({ balance: 1, held: 0, available: 1 });
  });
});

function isHttpAnswer(answer: unknown): answer is HttpAnswer {
  return typeof answer === 'object' && answer !== null && 'headers' in answer;
}
