import { eventually } from '../eventually.js';
import type { TestScrip } from '../service/scrip.js';
import { aCheckout, payAt } from './shop.js';
import { stripeOf, webhooks } from './stripe-side.js';

/** What a reconciliation answers. */
export interface Reconciled {
  id: string;
  status: 'running' | 'done' | 'failed';
  phase: string;
  progress: number;
  checked: {
    payments: number;
    invoices: number;
    refunds: number;
    disputes: number;
    subscriptions: number;
    booked: number;
    undelivered: number;
  };
  findings: ReconciledFinding[];
  findingCount: number;
  openCount: number;
  error: string | null;
}

export interface ReconciledFinding {
  kind: string;
  subject: string;
  stripeId: string;
  paymentIntentId: string | null;
  orderId: string | null;
  accountId: string | null;
  stripe: { status: string; amountMinor: number | null; currency: string | null } | null;
  ledger: { status: string; amountMinor: number | null; currency: string | null } | null;
  undeliveredEventIds: string[];
  repair: { action: string; status: string; error: string | null };
}

/** Begins a reconciliation by call; answers its id. */
export async function beginReconciliation(scrip: TestScrip, body: object = {}): Promise<string> {
  const answer = await scrip.call('POST', '/v1/reconciliations', body);
  if (answer.status !== 202) throw new Error(`no reconciliation: ${JSON.stringify(answer.body)}`);
  return answer.body.id;
}

/** Waits for the end of a reconciliation. */
export async function reconciliationEnds(scrip: TestScrip, id: string): Promise<Reconciled> {
  return eventually(
    async () => (await scrip.call('GET', `/v1/reconciliations/${id}`)).body as Reconciled,
    ({ status }) => status !== 'running',
    30_000,
  );
}

/** A whole reconciliation, which must come to a good end. */
export async function reconciled(scrip: TestScrip, body: object = {}): Promise<Reconciled> {
  const run = await reconciliationEnds(scrip, await beginReconciliation(scrip, body));
  if (run.status !== 'done') throw new Error(`the reconciliation failed: ${run.error}`);
  return run;
}

/** Paid, and nobody tells the service. */
export async function paidUnheard(scrip: TestScrip, accountId: string, product = 'basic') {
  await webhooks(scrip, 'drop');
  const checkout = await aCheckout(scrip, accountId, product);
  await payAt(checkout.url);
  await webhooks(scrip, 'deliver');
  const { payment_intent } = await stripeOf(scrip).checkout.sessions.retrieve(checkout.checkoutSessionId);
  return { ...checkout, paymentIntentId: String(payment_intent) };
}
