import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually.js';
import { type HttpAnswer, startTestScrip, type TestScrip } from '../../support/service/scrip.js';
import { fillIn, formOf, leadsTo } from '../../support/shop/pay-page.js';
import { anAccount, balanceOf, payAt } from '../../support/shop/shop.js';
import { type Fault, fault, stripeOf } from '../../support/shop/stripe-side.js';

/** The SDK itself asks three times. */
const WHOLE_CALL = 3;
/** Enough for every key under which Stripe keeps a fault. */
const MOST_ATTEMPTS = 4;

/** How a call can go wrong, and still have taken effect or not. */
const FAILURES: [how: string, Omit<Fault, 'method' | 'path'>][] = [
  ['does it and hangs up', { cutAfterEffect: true, times: WHOLE_CALL }],
  ['does it and answers 500, which it keeps', { status: 500, when: 'after', times: 1 }],
  ['answers 500 in the middle of it, which it keeps', { status: 500, when: 'during', times: 1 }],
  ['is busy with the same object', { status: 409, times: WHOLE_CALL }],
  ['asks for patience', { status: 429, times: 1 }],
];

type Call = [method: 'GET' | 'POST', path: string];

/** A way to sell, the call of Stripe that it is about, and what a customer does with its answer. */
interface Way {
  path: string;
  calls: Call[];
  /** What else it needs at Stripe, one of each. */
  needs: { customers: number; prices: number };
  /** How many of what it makes there are at Stripe for the account, or for the product. */
  count(scrip: TestScrip, sale: Sale): Promise<number>;
  pay(scrip: TestScrip, answer: HttpAnswer): Promise<void>;
}

interface Sale {
  accountId: string;
  product: string;
}

const CUSTOMER_CALLS: Call[] = [
  ['POST', '/v1/customers'],
  ['POST', '/v1/customers/*'],
];
const PRICE_CALLS: Call[] = [
  ['GET', '/v1/prices'],
  ['GET', '/v1/products/*'],
  ['POST', '/v1/products'],
  ['POST', '/v1/prices'],
];

const WAYS: Record<string, Way> = {
  'a page': {
    path: '/v1/checkout-sessions',
    needs: { customers: 1, prices: 1 },
    calls: [...CUSTOMER_CALLS, ...PRICE_CALLS, ['POST', '/v1/checkout/sessions']],
    count: async (scrip, sale) => {
      const customer = await customerOf(scrip, sale);
      return (await stripeOf(scrip).checkout.sessions.list({ customer, limit: 100 })).data.length;
    },
    pay: async (_scrip, { body }) => {
      await payAt(body.url);
    },
  },
  'a link': {
    path: '/v1/payment-links',
    needs: { customers: 0, prices: 1 },
    calls: [['POST', '/v1/payment_links']],
    count: async (scrip, { product }) => {
      const { data } = await stripeOf(scrip).paymentLinks.list({ limit: 100, expand: ['data.line_items'] });
      return data.filter((link) => link.line_items?.data[0]?.price?.product === `scrip_${product}`).length;
    },
    pay: async (_scrip, { body }) => {
      await fillIn(leadsTo(await fetch(body.url, { redirect: 'manual' })));
    },
  },
  'a form': {
    path: '/v1/payment-intents',
    needs: { customers: 1, prices: 0 },
    calls: [['POST', '/v1/payment_intents']],
    count: async (scrip, sale) => {
      const customer = await customerOf(scrip, sale);
      return (await stripeOf(scrip).paymentIntents.list({ customer, limit: 100 })).data.length;
    },
    pay: async (scrip, { body }) => {
      await fillIn(formOf(scrip, body.clientSecret));
    },
  },
};

const scrips: TestScrip[] = [];
beforeAll(async () => {
  scrips.push(...(await Promise.all(FAILURES.map(() => startTestScrip()))));
});
afterAll(() => Promise.all(scrips.map((scrip) => scrip.close())));
afterEach(async () => {
  for (const scrip of scrips) expect((await scrip.checkBooks()).findings).toEqual([]);
});

async function customerOf(scrip: TestScrip, { accountId }: Sale): Promise<string> {
  const [account] = await scrip.sql('select stripe_customer_id from accounts where id = $1', [accountId]);
  return String(account?.stripe_customer_id);
}

/** A new account and a new pack, so that Stripe has to be asked for everything. */
async function givenSale(scrip: TestScrip): Promise<Sale> {
  const product = `pack-${randomUUID()}`;
  const prices = [{ currency: 'usd', amountMinor: 700 }];
  await scrip.call('PUT', `/v1/products/${product}`, { kind: 'pack', name: 'Pack', credits: 7, prices });
  const accountId = await anAccount(scrip);
  await scrip.call('PUT', `/v1/accounts/${accountId}`, { email: `${accountId}@example.com` });
  return { accountId, product };
}

/** Asks with the same key until it is answered, as a client should. */
async function askUntilAnswered(scrip: TestScrip, path: string, body: object): Promise<HttpAnswer> {
  const idempotencyKey = randomUUID();
  for (let attempt = 1; ; attempt += 1) {
    const answer = await scrip.call('POST', path, body, { idempotencyKey });
    if (answer.status === 201) return answer;
    expect(answer.body).toMatchObject({ status: 503, type: '/problems/stripe-unavailable' });
    expect(attempt).toBeLessThan(MOST_ATTEMPTS);
  }
}

/** What a sale needs at Stripe, beside what is paid. */
async function madeAtStripe(scrip: TestScrip, { accountId, product }: Sale) {
  const stripe = stripeOf(scrip);
  const customers = (await stripe.customers.list({ limit: 100 })).data;
  return {
    customers: customers.filter(({ metadata }) => metadata.scrip_account_id === accountId).length,
    prices: (await stripe.prices.list({ product: `scrip_${product}`, limit: 100 })).data.length,
  };
}

describe.each(Object.entries(WAYS))('selling by %s while Stripe fails', (_way, { path, calls, needs, count, pay }) => {
  it.each(calls)('in %s %s makes one of everything, and nothing is lost', async (method, failing) => {
    await Promise.all(
      FAILURES.map(async ([how, effect], index) => {
        const scrip = scrips[index] as TestScrip;
        const sale = await givenSale(scrip);
        await fault(scrip, { method, path: failing, ...effect });
        const answer = await askUntilAnswered(scrip, path, sale);

        expect([how, await count(scrip, sale)]).toEqual([how, 1]);
        expect([how, await madeAtStripe(scrip, sale)]).toEqual([how, needs]);
        await pay(scrip, answer);
        const orders = await ordersWhenPaid(scrip, sale);
        expect([how, orders]).toEqual([how, ['fulfilled']]);
        expect([how, await balanceOf(scrip, sale.accountId)]).toEqual([how, 7]);
      }),
    );
  });
});

async function ordersWhenPaid(scrip: TestScrip, { accountId }: Sale): Promise<string[]> {
  return eventually(
    async () => {
      const { body } = await scrip.call('GET', `/v1/orders?accountId=${accountId}`);
      return body.data.map(({ status }: { status: string }) => status);
    },
    (statuses) => statuses.includes('fulfilled'),
  );
}

describe('the secret of a payment', () => {
  it('is answered again to the same key as soon as Stripe is back', async () => {
    const [scrip] = scrips as [TestScrip];
    const sale = await givenSale(scrip);
    const ask = () => scrip.call('POST', '/v1/payment-intents', sale, { idempotencyKey: 'once' });
    const first = await ask();
    await fault(scrip, { method: 'GET', path: '/v1/payment_intents/*', times: 1, status: 429 });
    expect((await ask()).body).toMatchObject({ status: 503, type: '/problems/stripe-unavailable' });
    expect((await ask()).body).toEqual(first.body);
  });
});

describe('the portal', () => {
  it('is opened as soon as Stripe is back', async () => {
    await Promise.all(
      FAILURES.map(async ([how, effect], index) => {
        const scrip = scrips[index] as TestScrip;
        const { accountId } = await givenSale(scrip);
        await fault(scrip, { method: 'POST', path: '/v1/billing_portal/sessions', ...effect });
        const { body } = await askUntilAnswered(scrip, '/v1/portal-sessions', { accountId });
        expect([how, (await fetch(body.url)).status]).toEqual([how, 200]);
      }),
    );
  });
});
