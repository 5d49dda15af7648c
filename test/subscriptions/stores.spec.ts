import type { Tx } from '../../src/database/database.js';
import { credits } from '../../src/kernel/credits.js';
import { newId } from '../../src/kernel/ids.js';
import { insertOrder } from '../../src/orders/orders.store.js';
import { type Quantity, UNIT } from '../../src/rating/pricing/quantity.js';
import type { NewAllowance } from '../../src/subscriptions/allowances/allowance.entity.js';
import {
  allowancesOf,
  paidUntil,
  scheduleAllowances,
  storeAllowance,
  storeCutOff,
  takeOff,
} from '../../src/subscriptions/allowances/allowances.store.js';
import {
  carriedOf,
  creditsFromOf,
  lockSubscription,
  type SubscriptionRecord,
  storeAccess,
  storeCarried,
  storeEarlierSubscriptions,
  storeOpenUntil,
  storeSubscription,
} from '../../src/subscriptions/subscriptions.store.js';
import { expectLocks, undone } from '../support/database/undone.js';
import { day } from '../support/make/invoices.js';
import { useScrip } from '../support/service/scrip.js';
import { anAccount } from '../support/shop/shop.js';
import { subscribed } from '../support/shop/subscribe.js';

const NOW = new Date('2026-11-21T09:30:00.123Z');
const LATER = new Date('2026-11-22T09:30:00.456Z');
const ID = 'sub_stored';

const scrip = useScrip();
let accountId: string;
beforeAll(async () => {
  accountId = await anAccount(scrip);
});
function record(changes: Partial<SubscriptionRecord> = {}): SubscriptionRecord {
  return {
    stripeSubscriptionId: ID,
    accountId,
    plan: 'basic-monthly',
    items: [
      {
        stripeItemId: 'si_1',
        plan: 'basic-monthly',
        quantity: 2,
        unitAmountMinor: 1500,
        interval: 'month',
        addedAt: NOW,
      },
    ],
    terms: {},
    currency: 'usd',
    status: 'active',
    accessState: 'pending',
    pastDueSince: null,
    graceUntil: null,
    periodStart: NOW,
    periodEnd: day('2026-12-21'),
    trialStart: null,
    trialEnd: null,
    cancelAtPeriodEnd: false,
    cancelAt: null,
    endedAt: null,
    collectionPaused: false,
    creditsFrom: null,
    pendingPlan: null,
    pendingPlanAt: null,
    stripeCustomerId: 'cus_1',
    stripeItemId: 'si_1',
    livemode: false,
    startedAt: NOW,
    seenAt: NOW,
    createdAt: NOW,
    updatedAt: NOW,
    ...changes,
  };
}

/** What an invoice of 1,000 for two months gives, scheduled. */
async function scheduled(tx: Tx, more: Partial<NewAllowance> = {}): Promise<void> {
  const orderId = newId('ord', NOW);
  const product = { name: 'Basic', kind: 'plan' as const, credits: 20, validityDays: null, features: [] };
  const sale = { productKey: 'basic-monthly', product, quantity: 1, credits: credits(20), amountMinor: 1000n };
  const options = { promotionCodes: false, automaticTax: false, taxIds: false, terms: false, receiptEmail: null };
  const page = { successUrl: 'https://app.example/thanks', cancelUrl: 'https://app.example/credits' };
  const order = { id: orderId, accountId, channel: 'checkout_session' as const, options, livemode: false, ...page };
  await insertOrder(tx, { ...order, sale: { ...sale, currency: 'usd' } }, NOW);
  await storeSubscription(tx, record());
  const purchase = { type: 'payment_intent', id: 'pi_1' };
  const of = { accountId, stripeSubscriptionId: ID, orderId, stripeInvoiceId: 'in_1', currency: 'usd', paidAt: NOW };
  const common = { stripeLineId: 'il_1', kind: 'period' as const, plan: 'basic-monthly', costBasisMinor: 500n };
  const given = { allotmentCredits: credits(20), credits: credits(20), coveredCredits: credits(0), ...more };
  const months: NewAllowance[] = [
    {
      ...common,
      ...given,
      month: 1,
      rollover: { months: 1, capCredits: 10 },
      startsAt: day('2027-01-01'),
      endsAt: day('2027-02-01'),
    },
    { ...common, ...given, month: 0, rollover: null, startsAt: day('2026-12-01'), endsAt: day('2027-01-01') },
  ];
  await scheduleAllowances(tx, { ...of, purchase }, months, NOW);
}

describe('a subscription', () => {
  it('is read as it was stored, plans and moments too', async () => {
    const stored = await undone(scrip, async (tx) => {
      await storeSubscription(tx, record());
      return lockSubscription(tx, ID);
    });
    expect(stored).toMatchObject({ ...record(), openUntil: null });
    expect(await undone(scrip, (tx) => lockSubscription(tx, 'sub_unknown'))).toBeUndefined();
  });

  it('is locked against everybody else', async () => {
    const { subscription } = await subscribed(scrip, await anAccount(scrip));
    const row: [string, string, string] = ['subscriptions', 'stripe_subscription_id', subscription.id];
    await expectLocks(scrip, row, (tx) => lockSubscription(tx, subscription.id));
  });

  it('is changed by what Stripe says later, and stays whose it is and when it began', async () => {
    const later = { plan: 'pro-monthly', items: [], status: 'past_due', seenAt: LATER, updatedAt: LATER } as const;
    const fixed = { accountId: 'nobody', currency: 'eur', livemode: true, stripeCustomerId: 'cus_2' };
    const begun = { startedAt: LATER, createdAt: LATER, creditsFrom: LATER };
    const stored = await undone(scrip, async (tx) => {
      await storeSubscription(tx, record());
      await storeOpenUntil(tx, ID, LATER);
      await storeSubscription(tx, record({ ...later, ...fixed, ...begun }));
      await storeAccess(tx, ID, 'granted', LATER);
      return lockSubscription(tx, ID);
    });
    expect(stored).toMatchObject({ ...record(), ...later, accessState: 'granted', openUntil: LATER });
  });

  it('that was there before its customer was adopted gives credits from then on, unless it is mirrored', async () => {
    const earlier = { stripeSubscriptionId: 'sub_before', creditsFrom: LATER, stripeInvoiceIds: ['in_1', 'in_2'] };
    const from = await undone(scrip, async (tx) => {
      await storeSubscription(tx, record());
      await storeEarlierSubscriptions(tx, [earlier, { ...earlier, stripeSubscriptionId: ID }]);
      return [await creditsFromOf(tx, 'sub_before'), await creditsFromOf(tx, ID)];
    });
    expect(from).toEqual([LATER, null]);
  });
});

describe('what is carried to the next period', () => {
  it('is nothing at first, and stays with the subscription whatever is mirrored', async () => {
    const carried = await undone(scrip, async (tx) => {
      await storeSubscription(tx, record());
      const first = await carriedOf(tx, ID);
      const carriedIncluded = new Map([['pages {}', (20n * UNIT) as Quantity]]);
      await storeCarried(tx, ID, { carried: credits(20), carriedIncluded });
      await storeSubscription(tx, record({ status: 'past_due' }));
      return [first, await carriedOf(tx, ID), await carriedOf(tx, 'sub_unknown')];
    });
    const nothing = { carried: 0n, carriedIncluded: new Map() };
    expect(carried).toEqual([nothing, { carried: 20n, carriedIncluded: new Map([['pages {}', 20n * UNIT]]) }, nothing]);
  });
});

describe('allowances', () => {
  it('stay with less where what they would give was given before, and note when they were cut off', async () => {
    const allowances = await undone(scrip, async (tx) => {
      await scheduled(tx, { credits: credits(5), coveredCredits: credits(15) });
      const [first, second] = await allowancesOf(tx, ID);
      if (first === undefined || second === undefined) throw new Error('there are two');
      const none = credits(0);
      await takeOff(tx, { id: first.id, allotmentCredits: credits(5), credits: none, uncovered: credits(10) }, LATER);
      await takeOff(tx, { id: second.id, allotmentCredits: none, credits: none, uncovered: credits(15) }, LATER);
      await storeCutOff(tx, [first.id], day('2026-12-05'), LATER);
      return allowancesOf(tx, ID);
    });
    expect(allowances).toMatchObject([
      { status: 'scheduled', credits: 0n, coveredCredits: 5n, cutOffAt: day('2026-12-05') },
      { status: 'canceled', credits: 0n, coveredCredits: 0n, cutOffAt: null },
    ]);
  });

  it('are read in the order of time, with their purchase and what may roll over', async () => {
    const { allowances, until } = await undone(scrip, async (tx) => {
      await scheduled(tx);
      return { allowances: await allowancesOf(tx, ID), until: await paidUntil(tx, ID) };
    });
    const common = { purchase: { type: 'payment_intent', id: 'pi_1' }, status: 'scheduled', costBasisMinor: 500n };
    expect(allowances).toMatchObject([
      { ...common, sourcePart: 'il_1:0', rolloverMonths: null, rolloverCapCredits: null, rolledCredits: 0n },
      { ...common, sourcePart: 'il_1:1', rolloverMonths: 1, rolloverCapCredits: 10n, grantId: null },
    ]);
    expect(until).toEqual(day('2027-02-01'));
  });

  it('to come give less, and one that has begun stays as it is', async () => {
    const allowances = await undone(scrip, async (tx) => {
      await scheduled(tx);
      const [first, second] = await allowancesOf(tx, ID);
      if (first === undefined || second === undefined) throw new Error('there are two');
      await storeAllowance(tx, { ...first, status: 'granted', grantId: 'grt_1', rolledCredits: credits(3) }, LATER);
      const less = { allotmentCredits: credits(5), credits: credits(5) };
      for (const { id } of [first, second]) await takeOff(tx, { id, ...less }, LATER);
      return allowancesOf(tx, ID);
    });
    expect(allowances).toMatchObject([
      { status: 'granted', grantId: 'grt_1', rolledCredits: 3n, credits: 20n, costBasisMinor: 500n },
      { status: 'scheduled', credits: 5n, allotmentCredits: 5n, costBasisMinor: 125n, updatedAt: LATER },
    ]);
  });
});
