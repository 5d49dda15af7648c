import { useScrip } from '../../support/service/scrip.js';
import { fillIn } from '../../support/shop/pay-page.js';
import { aCheckout, anAccount, orderReaches, refundOf, spendOf } from '../../support/shop/shop.js';
import { advance, advanceTo, ordersOf, subscribed } from '../../support/shop/subscribe.js';
import { haveMeters, MONTHLY } from '../../support/shop/usage.js';
import { moneyOf } from './money-followed.js';

describe('money of plans', () => {
  const scrip = useScrip();
  beforeAll(async () => {
    await haveMeters(scrip, { minutes: MONTHLY });
    const plan = { kind: 'plan', credits: 10 };
    const included = [{ meter: 'minutes', quantity: 100 }];
    const products = {
      'minutes-only': { kind: 'plan', name: 'Minutes', included, prices: [price(900)] },
      yearly: { ...plan, name: 'Yearly', interval: 'year', prices: [price(12_000)] },
      rolling: { ...plan, name: 'Rolling', rollover: { capCredits: 4 }, prices: [price(1000)] },
    };
    for (const [key, product] of Object.entries(products)) {
      const { status, body } = await scrip.call('PUT', `/v1/products/${key}`, product);
      if (status >= 300) throw new Error(JSON.stringify(body));
    }
  });

  const price = (amountMinor: number) => ({ currency: 'usd', amountMinor });

  /** The sums of the report of all months, and what it says is owed at their end. */
  const reported = async () => {
    const span = 'from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z';
    const { data } = (await scrip.call('GET', `/v1/reports/revenue?${span}`)).body;
    const sum = (name: string) => data.reduce((all: number, row: Record<string, number>) => all + (row[name] ?? 0), 0);
    const [sold, ...others] = ['sold', 'recognised', 'broken', 'returned'].map((name) => sum(`${name}Minor`));
    return `${sold} = ${[...others, data.at(-1).owedMinor].join(' + ')}`;
  };

  it('without credits are recognised at the end of their period', async () => {
    const ada = await anAccount(scrip);
    const { subscription } = await subscribed(scrip, ada, 'minutes-only');
    expect(await moneyOf(scrip, ada)).toEqual(['usd: 900 = 0 + 0 + 0 + 900']);
    // What is recognised later has its place already, and is in no report before.
    expect(await reported()).toBe('900 = 0 + 0 + 0 + 900');
    await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
    expect(await moneyOf(scrip, ada)).toEqual(['usd: 1800 = 900 + 0 + 0 + 900']);
    const [renewal] = await ordersOf(scrip, ada);
    await refundOf(scrip, { orderId: renewal.id, amountMinor: 300 });
    expect(await moneyOf(scrip, ada)).toEqual(['usd: 1800 = 900 + 0 + 300 + 600']);
    expect(await reported()).toBe('1800 = 900 + 0 + 300 + 600');
  });

  it('for a year are sold at once and owed month by month', async () => {
    const ada = await anAccount(scrip);
    await subscribed(scrip, ada, 'yearly');
    expect(await moneyOf(scrip, ada)).toEqual(['usd: 12000 = 0 + 0 + 0 + 12000']);
    await spendOf(scrip, ada, 4);
    expect(await moneyOf(scrip, ada)).toEqual(['usd: 12000 = 400 + 0 + 0 + 11600']);
    await advance(scrip, { days: 33 });
    expect(await moneyOf(scrip, ada)).toEqual(['usd: 12000 = 400 + 600 + 0 + 11000']);
    const [order] = await ordersOf(scrip, ada);
    await refundOf(scrip, { orderId: order.id });
    expect(await moneyOf(scrip, ada)).toEqual(['usd: 12000 = 0 + 0 + 12000 + 0']);
  });

  it('for a year go back in part of what was spent and of months to come alike', async () => {
    const ada = await anAccount(scrip);
    await subscribed(scrip, ada, 'yearly');
    await spendOf(scrip, ada, 10);
    const [order] = await ordersOf(scrip, ada);
    await refundOf(scrip, { orderId: order.id, amountMinor: 6000 });
    expect(await moneyOf(scrip, ada)).toEqual(['usd: 12000 = 500 + 0 + 6000 + 5500']);
    // Of the next month half is taken back as well; the other half repays what half of the first has become.
    await advance(scrip, { days: 33 });
    expect(await moneyOf(scrip, ada)).toEqual(['usd: 12000 = 1000 + 0 + 6000 + 5000']);
  });

  it('rolls over with the credits that do', async () => {
    const ada = await anAccount(scrip);
    const { subscription } = await subscribed(scrip, ada, 'rolling');
    await spendOf(scrip, ada, 3);
    await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
    expect(await moneyOf(scrip, ada)).toEqual(['usd: 2000 = 300 + 300 + 0 + 1400']);
    await spendOf(scrip, ada, 14);
    expect(await moneyOf(scrip, ada)).toEqual(['usd: 2000 = 1700 + 300 + 0 + 0']);
  });
});

describe('tax', () => {
  const scrip = useScrip({ CHECKOUT_AUTOMATIC_TAX: 'true', CHECKOUT_TAX_IDS: 'true', DEFAULT_CURRENCY: 'eur' });

  it('is no revenue, and goes back with what was paid', async () => {
    const prices = [
      { currency: 'usd', amountMinor: 1000 },
      { currency: 'eur', amountMinor: 1000 },
    ];
    await scrip.call('PUT', '/v1/products/taxed', { kind: 'pack', name: 'Taxed', credits: 12, prices });
    const ada = await anAccount(scrip);
    const { orderId, url } = await aCheckout(scrip, ada, 'taxed');
    expect((await fillIn(url, { country: 'DE' })).status).toBe(303);
    expect(await orderReaches(scrip, orderId, 'fulfilled')).toMatchObject({ amountMinor: 1200 });
    await spendOf(scrip, ada, 6);
    expect(await moneyOf(scrip, ada)).toEqual(['eur: 1000 = 500 + 0 + 0 + 500, tax 200']);
    await refundOf(scrip, { orderId, amountMinor: 600 });
    expect(await moneyOf(scrip, ada)).toEqual(['eur: 1000 = 500 + 0 + 500 + 0, tax 100']);
  });
});
