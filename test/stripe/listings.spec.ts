import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Stripe from 'stripe';
import { readFact } from '../../src/stripe/events/facts.js';
import { StripeListings } from '../../src/stripe/listings/listings.gateway.js';
import {
  EVENTS_ABOUT_INVOICES,
  EVENTS_ABOUT_MONEY,
  toUndelivered,
} from '../../src/stripe/listings/undelivered-events.js';

/** Whatever the sandbox cannot be made to answer, since it has one mode alone. */
let answer: { status: number; body: object };
let server: Server;
let listings: StripeListings;
beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const apiBase = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  listings = new StripeListings({ secretKey: 'sk_test_of_a_test', webhookSecrets: [], apiBase });
});
afterAll(() => server.close());

const WINDOW = { from: new Date(0), to: new Date(), after: null };
const missing = (message: string) => ({ status: 404, body: { error: { code: 'resource_missing', message } } });
const list = (data: object[], has_more = false) => ({ status: 200, body: { object: 'list', data, has_more } });

describe('what is found under an id', () => {
  it('tells what is missing from what is of the other mode', async () => {
    answer = missing("No such payment_intent: 'pi_1'");
    expect(await listings.findPayment('pi_1')).toBe('missing');
    answer = missing(
      "No such payment_intent: 'pi_1'; a similar object exists in live mode, but a test mode key was used to make " +
        'this request.',
    );
    expect(await listings.findPayment('pi_1')).toBe('of-other-mode');
    expect(await listings.findRefund('re_1')).toBe('of-other-mode');
  });

  it('says nothing while the key is refused', async () => {
    answer = { status: 401, body: { error: { message: 'Invalid API Key' } } };
    await expect(listings.findDispute('du_1')).rejects.toMatchObject({ isOfConfiguration: true });
  });
});

describe('what is listed', () => {
  const intent = { id: 'pi_1', created: 1_000, status: 'succeeded', amount_received: 5, currency: 'usd', metadata: {} };

  it('is of the mode of the key alone', async () => {
    answer = list([
      { ...intent, livemode: true },
      { ...intent, id: 'pi_2', livemode: false },
    ]);
    expect((await listings.listPayments(WINDOW)).data.map(({ stripeId }) => stripeId)).toEqual(['pi_2']);
    answer = list([
      { id: 're_1', created: 1_000, amount: 5, currency: 'usd', payment_intent: { ...intent, livemode: true } },
    ]);
    expect((await listings.listRefunds(WINDOW)).data).toEqual([]);
  });

  it('goes on behind the last object, also where nothing of a page is ours', async () => {
    answer = list([{ ...intent, livemode: true }], true);
    expect(await listings.listPayments(WINDOW)).toEqual({ data: [], next: 'pi_1', reachedAt: new Date(1_000_000) });
    answer = list([]);
    expect(await listings.listPayments(WINDOW)).toEqual({ data: [], next: null, reachedAt: null });
  });
});

describe('undelivered events', () => {
  const marked = { metadata: { scrip_order_id: 'ord_1' } };
  const objects: Record<string, object> = {
    checkout: { id: 'cs_1', mode: 'payment', payment_intent: 'pi_1', ...marked },
    payment_intent: { id: 'pi_1', ...marked },
    refund: { id: 're_1', payment_intent: 'pi_1' },
    charge: { id: 'ch_1', payment_intent: 'pi_1' },
    dispute: { id: 'du_1' },
    radar: { id: 'issfr_1', payment_intent: 'pi_1' },
    invoice: { id: 'in_1', parent: { subscription_details: { subscription: 'sub_1' } } },
    invoice_payment: { id: 'inpay_1', invoice: 'in_1' },
  };
  const subjectOf = (type: string) => (type.includes('.dispute.') ? 'dispute' : (type.split('.')[0] ?? ''));
  const about: Record<string, object> = {
    checkout: { about: 'payment', stripeId: 'pi_1' },
    payment_intent: { about: 'payment', stripeId: 'pi_1' },
    refund: { about: 'refund', stripeId: 're_1' },
    charge: { about: 'refunds_of_payment', stripeId: 'pi_1' },
    dispute: { about: 'dispute', stripeId: 'du_1' },
    radar: { about: 'payment', stripeId: 'pi_1' },
    invoice: { about: 'invoice', stripeId: 'in_1' },
    invoice_payment: { about: 'invoice', stripeId: 'in_1' },
  };

  it.each([...EVENTS_ABOUT_MONEY, ...EVENTS_ABOUT_INVOICES])(
    '%s is about what it says, and one on which we act',
    (type) => {
      const event = { id: 'evt_1', type, data: { object: objects[subjectOf(type)] } } as unknown as Stripe.Event;
      expect(readFact(event).kind).not.toBe('ignored');
      expect(toUndelivered(event)).toEqual({ stripeEventId: 'evt_1', ...about[subjectOf(type)] });
    },
  );

  it('are not about payments of others, and of a page that nobody paid about the page', () => {
    const event = (type: string, object: object) =>
      ({ id: 'evt_1', type, data: { object } }) as unknown as Stripe.Event;
    expect(toUndelivered(event('payment_intent.succeeded', { id: 'pi_1', metadata: {} }))).toBeUndefined();
    // Neither are those of a version in which they do not say what they are about.
    expect(toUndelivered(event('payment_intent.succeeded', { id: 'pi_1' }))).toBeUndefined();
    const page = { ...objects.checkout, payment_intent: null };
    expect(toUndelivered(event('checkout.session.expired', page))).toMatchObject({
      about: 'payment',
      stripeId: 'cs_1',
    });
  });

  it('fit the twenty types that Stripe lists at once', () => {
    for (const types of [EVENTS_ABOUT_MONEY, EVENTS_ABOUT_INVOICES]) expect(types.length).toBeLessThanOrEqual(20);
  });
});
