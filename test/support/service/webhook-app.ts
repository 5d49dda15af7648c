import { Webhook } from 'standardwebhooks';
import { Database } from '../../../src/database/database.js';
import type { NewDomainEvent } from '../../../src/outbox/domain-event.js';
import { RecordDomainEvent } from '../../../src/outbox/record-domain-event.js';
import { eventually } from '../eventually.js';
import { type Received, type Receiver, startReceiver } from './receiver.js';
import type { HttpAnswer, TestScrip } from './scrip.js';

/** An app with a webhook endpoint of its own. */
export interface WebhookApp extends Receiver {
  id: string;
  secret: string;
  path: string;
  /** The messages that were sent, each verified as an app would. @throws when one does not verify */
  verified(secret?: string): Message[];
  deliveries(query?: string): Promise<Delivery[]>;
  /** Waits until so many messages were sent to it. */
  isSent(count: number, withinMs?: number): Promise<Received[]>;
}

export interface Message {
  id: string;
  type: string;
  sequence: number | null;
  // biome-ignore lint/suspicious/noExplicitAny: a story reads whatever the contract promises
  data: any;
}

export interface Delivery {
  id: string;
  messageId: string;
  type: string;
  status: string;
  attempts: number;
  attemptedAt: string;
  nextAttemptAt: string | null;
  responseStatus: number | null;
  responseText: string | null;
  failure: string | null;
}

/** The settings under which endpoints may be on this machine. */
export const PRIVATE_ENDPOINTS = { WEBHOOK_ALLOW_PRIVATE: 'true' };

export async function aWebhookApp(
  scrip: TestScrip,
  events: string[] = ['*'],
  answer?: Parameters<Receiver['answer']>[0],
): Promise<WebhookApp> {
  const receiver = await startReceiver();
  if (answer !== undefined) receiver.answer(answer);
  const { status, body } = await scrip.call('POST', '/v1/webhook-endpoints', { url: `${receiver.url}/hook`, events });
  if (status !== 201) throw new Error(`the endpoint was not made: ${JSON.stringify(body)}`);
  const { id, secret } = body;
  const path = `/v1/webhook-endpoints/${id}`;
  return Object.assign(receiver, {
    id,
    secret,
    path,
    verified: (by = secret) => receiver.received.map((one) => verify(one, by)),
    deliveries: async (query = '') => (await scrip.call('GET', `${path}/deliveries?limit=100${query}`)).body.data,
    isSent: (count: number, withinMs?: number) =>
      eventually(
        async () => receiver.received,
        (received) => received.length >= count,
        withinMs,
      ),
  });
}

function verify({ headers, text }: Received, secret: string): Message {
  return new Webhook(secret).verify(text, headers as Record<string, string>) as Message;
}

let causes = 0;

/** Has events be recorded, as a room does that has changed something. Returns their causes. */
export async function record(scrip: TestScrip, count = 1, event: Partial<NewDomainEvent> = {}): Promise<string[]> {
  const recordDomainEvent = scrip.running.app.get(RecordDomainEvent, { strict: false });
  const events = Array.from({ length: count }, () => {
    causes += 1;
    const data = { stripeSubscriptionId: `sub_${causes}`, plan: 'pro-monthly', trialEnd: '2026-12-01T00:00:00.000Z' };
    return {
      type: 'trial.ending',
      accountId: 'ada',
      data,
      cause: `cause ${causes}`,
      ...event,
    } satisfies NewDomainEvent;
  });
  await scrip.running.app.get(Database).transaction((tx) => recordDomainEvent.runAll(tx, events));
  return events.map(({ data }) => String((data as { stripeSubscriptionId?: string }).stripeSubscriptionId));
}

/** Waits until what was answered is noted: what still waits is not begun anew. */
export async function isNoted(app: WebhookApp): Promise<void> {
  await eventually(
    () => app.deliveries('&status=waiting'),
    (waiting) => waiting.length === 0,
  );
}

/** Waits until all that was recorded is in the feed. */
export async function isNumbered(scrip: TestScrip): Promise<void> {
  await eventually(
    () => scrip.sql('select from domain_events where number is null'),
    (waiting) => waiting.length === 0,
  );
}

/** Moves the service's clock, and works off what is due by then. */
export async function advance(scrip: TestScrip, seconds: number): Promise<HttpAnswer> {
  return scrip.call('POST', '/v1/test-clock/advance', { seconds });
}

/** Waits until the newest delivery of an app is as it should be. */
export function newestDelivery(app: WebhookApp, accept: (delivery: Delivery) => boolean): Promise<Delivery> {
  return eventually(
    async () => (await app.deliveries())[0] as Delivery,
    (delivery) => delivery !== undefined && accept(delivery),
  );
}
