import Stripe from 'stripe';
import { eventually } from '../eventually.js';
import type { HttpAnswer, TestScrip } from '../service/scrip.js';

/** The official SDK, pointed at the sandbox of this test: what somebody does in Stripe's dashboard. */
export function stripeOf(scrip: TestScrip): Stripe {
  const { hostname, port } = new URL(scrip.sandboxUrl);
  return new Stripe('sk_test_dashboard', {
    host: hostname,
    port,
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
  });
}

/** The event of this type about this object, as Stripe keeps it. */
export async function eventAbout(
  scrip: TestScrip,
  type: Stripe.Event['type'],
  objectId: string,
): Promise<Stripe.Event> {
  const events = await eventually(
    async () => (await stripeOf(scrip).events.list({ type, limit: 100 })).data,
    (listed) => listed.some((event) => isAbout(event, objectId)),
  );
  const event = events.find((candidate) => isAbout(candidate, objectId));
  if (event === undefined) throw new Error('an event that was found is there');
  return event;
}

function isAbout({ data }: Stripe.Event, objectId: string): boolean {
  return 'id' in data.object && data.object.id === objectId;
}

export interface Delivery {
  secret?: string;
  /** Seconds since 1970; now when absent. */
  timestamp?: number;
}

/** Delivers a body to the webhook endpoint as Stripe does: signed, with a time. */
export async function deliver(
  scrip: TestScrip,
  body: string | object,
  { secret, timestamp }: Delivery = {},
): Promise<HttpAnswer> {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const signature = signatureOf(scrip, payload, { secret, timestamp });
  return scrip.call('POST', '/webhooks/stripe', payload, { key: null, headers: { 'stripe-signature': signature } });
}

export function signatureOf(scrip: TestScrip, payload: string, { secret, timestamp }: Delivery = {}): string {
  const [own = ''] = scrip.running.runtime.stripe.webhookSecrets;
  return stripeOf(scrip).webhooks.generateTestHeaderString({ payload, secret: secret ?? own, timestamp });
}

/** Whether the sandbox delivers, keeps, or drops its events from now on. */
export async function webhooks(scrip: TestScrip, mode: 'deliver' | 'hold' | 'drop'): Promise<void> {
  expectOk(await scrip.sandbox('/_sandbox/webhooks', { mode }));
}

export async function flush(scrip: TestScrip, order: 'created' | 'reversed' | 'shuffled', copies = 1): Promise<void> {
  expectOk(await scrip.sandbox('/_sandbox/webhooks/flush', { order, copies }));
}

export interface Fault {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  times: number;
  status?: number;
  /** Before the call began to run, the usual; or so that Stripe keeps the answer: while it ran, or after it. */
  when?: 'before' | 'during' | 'after';
  cutAfterEffect?: boolean;
  delayMs?: number;
}

/** Lets the next calls of Stripe's API go wrong. */
export async function fault(scrip: TestScrip, effect: Fault): Promise<void> {
  expectOk(await scrip.sandbox('/_sandbox/faults', effect));
}

function expectOk(answer: HttpAnswer): void {
  if (answer.status !== 200) throw new Error(`the sandbox refused: ${JSON.stringify(answer.body)}`);
}

/** Waits until every event that came in was handled or ignored. */
export async function inboxIsDrained(scrip: TestScrip): Promise<void> {
  await eventually(
    () =>
      scrip.sql<{ id: string }>(
        `select id, type, last_error from stripe_events where status not in ('handled', 'ignored')`,
      ),
    (waiting) => waiting.length === 0,
  );
}
