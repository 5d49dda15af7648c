import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../index.js';
import { createTestDatabase } from './database.js';

/** A sandbox over a database of its own, with the official SDK pointed at it. */
export interface GivenSandbox {
  sandbox: Sandbox;
  stripe: Stripe;
  databaseUrl: string;
  control(path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }>;
  end(): Promise<void>;
}

/**
 * A sandbox for the tests of a file: started before the first of them and ended after the last, or anew for each. What
 * is read of it before it has started is an error that says so.
 */
export function useSandbox(options: Partial<SandboxOptions> = {}, { each = false } = {}): GivenSandbox {
  let given: GivenSandbox | undefined;
  (each ? beforeEach : beforeAll)(async () => {
    given = undefined;
    given = await givenSandbox(options);
  });
  (each ? afterEach : afterAll)(() => given?.end());
  return new Proxy({} as GivenSandbox, {
    get: (_, name) => {
      if (given === undefined) throw new Error(`the sandbox has not started, and ${String(name)} is read of it`);
      return Reflect.get(given, name);
    },
  });
}

export async function givenSandbox(options: Partial<SandboxOptions> = {}): Promise<GivenSandbox> {
  const database = options.databaseUrl === undefined ? await createTestDatabase() : undefined;
  const databaseUrl = options.databaseUrl ?? database?.url ?? '';
  const sandbox = await startSandbox({ port: 0, ...options, databaseUrl });
  return {
    sandbox,
    stripe: stripeAt(sandbox.url),
    databaseUrl,
    control: async (path, body) => {
      const answer = await fetch(`${sandbox.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    },
    end: async () => {
      await sandbox.close();
      await database?.drop();
    },
  };
}

export function stripeAt(url: string, key = 'sk_test_sandbox', maxNetworkRetries = 0): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(key, { host: hostname, port, protocol: 'http', maxNetworkRetries });
}

/** Somebody who listens for webhooks. `answer` decides the status of each. */
export interface Receiver {
  url: string;
  /** What came with a valid signature, in the order of arrival. */
  events: Stripe.Event[];
  signatures: string[];
  bodies: string[];
  types(): string[];
  close(): Promise<void>;
}

export async function givenReceiver(
  secret: string,
  answer: (event: Stripe.Event) => number | Promise<number> = () => 200,
): Promise<Receiver> {
  const events: Stripe.Event[] = [];
  const signatures: string[] = [];
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const signature = String(request.headers['stripe-signature']);
    const event = stripeAt('http://unused.test').webhooks.constructEvent(body, signature, secret);
    events.push(event);
    signatures.push(signature);
    bodies.push(body);
    response.writeHead(await answer(event)).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    events,
    signatures,
    bodies,
    types: () => events.map((event) => event.type),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const oneBasicPack = {
  quantity: 1,
  price_data: { currency: 'usd', unit_amount: 1000, product_data: { name: 'Basic' } },
};

export function givenSession(
  stripe: Stripe,
  params: Stripe.Checkout.SessionCreateParams = {},
): Promise<Stripe.Checkout.Session> {
  return stripe.checkout.sessions.create({
    mode: 'payment',
    line_items: [oneBasicPack],
    success_url: 'https://shop.test/thanks?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://shop.test/cart',
    ...params,
  });
}

export const cards = {
  good: '4242424242424242',
  declined: '4000000000000002',
  slowRefund: '4000000000007726',
  failingRefund: '4000000000005126',
  disputed: '4000000000000259',
  notReceived: '4000000000002685',
  inquiry: '4000000000001976',
  fraudWarning: '4000000000005423',
  challenged: '4000002500003155',
  alwaysChallenged: '4000002760003184',
  challengedWithoutFunds: '4000008260003178',
  savedButDeclined: '4000000000000341',
};

/** Posts the form of the payment page. */
export function pay(session: Stripe.Checkout.Session, fields: Record<string, string> = {}): Promise<Response> {
  const form = { cardNumber: cards.good, expiry: '12/34', cvc: '123', email: 'ann@example.com', ...fields };
  return fetch(String(session.url), { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) });
}

/** Lets the money of all payments be booked, which comes a while after them. */
export async function moneyIsBooked({ control }: GivenSandbox): Promise<void> {
  await control('/_sandbox/clock', { advanceSeconds: 10 });
}

/** A session that has been paid, with its intent. */
export async function givenPayment(
  stripe: Stripe,
  cardNumber = cards.good,
): Promise<{ session: Stripe.Checkout.Session; intentId: string }> {
  const session = await givenSession(stripe);
  const answer = await pay(session, { cardNumber });
  if (answer.status !== 303) throw new Error(`not paid: ${answer.status}`);
  const paid = await stripe.checkout.sessions.retrieve(session.id);
  return { session: paid, intentId: String(paid.payment_intent) };
}
