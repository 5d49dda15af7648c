import type Stripe from 'stripe';
import { lockIntent } from '../checkout/lock-intent.js';
import { type PayOutcome, resumeSession } from '../checkout/pay-session.js';
import type { Exchange } from '../http/exchange.js';
import { kinds } from '../kinds.js';
import type { Intent } from '../payments/charge-intent.js';
import { formatMoney } from '../payments/currencies.js';
import type { Attempt } from '../payments/new-charge.js';
import { resumeIntent } from '../payments/pay-intent.js';
import { findObject } from '../store/objects.js';
import { nobody, type Work } from '../store/work.js';
import { inWork, type World } from '../world.js';
import { challengePage } from './challenge-page.js';
import { sendPage } from './layout.js';
import { answeredPage, unknownPage } from './notices.js';
import { leadsTo } from './pay-page.js';
import { redirect } from './redirect.js';
import { returnTo } from './return-to.js';
import { answerPayment } from './serve-session.js';

/** The bank's own page: it asks the holder of a card to confirm, and takes the answer. */
export async function serveChallenge(world: World, exchange: Exchange): Promise<void> {
  const intent = await findObject(world.database, kinds.paymentIntent, exchange.path.slice('/3d-secure/'.length));
  if (intent === undefined) return sendPage(exchange, 404, unknownPage);
  if (exchange.method === 'POST') {
    const passed = new URLSearchParams(exchange.body).get('outcome') === 'complete';
    return takeAnswer(world, exchange, intent, passed);
  }
  if (intent.shown.status !== 'requires_action') return sendPage(exchange, 200, answeredPage);
  sendPage(exchange, 200, {
    ...challengePage({
      action: exchange.path,
      amount: formatMoney(intent.shown.amount, intent.shown.currency),
      card: await cardOf(world, intent.shown.payment_method),
    }),
    ...leadsTo(await endOf(world, intent)),
  });
}

async function cardOf(world: World, methodId: Stripe.PaymentIntent['payment_method']) {
  const method = await findObject(world.database, kinds.paymentMethod, String(methodId));
  return method?.shown;
}

/** Where the payer ends up, which the page must allow for. */
async function endOf(world: World, { hidden }: Intent): Promise<string | null | undefined> {
  if (hidden.sessionId === undefined) return hidden.returnUrl;
  return (await findObject(world.database, kinds.checkoutSession, hidden.sessionId))?.shown.success_url;
}

type Answered =
  | { kind: 'session'; outcome: PayOutcome }
  | { kind: 'intent'; intent: Intent; outcome: Attempt }
  | { kind: 'stale' };

async function takeAnswer(world: World, exchange: Exchange, { shown }: Intent, passed: boolean): Promise<void> {
  const answered = await inWork(world, nobody, (work) => answer(work, shown.id, passed));
  switch (answered.kind) {
    case 'stale':
      return sendPage(exchange, 200, answeredPage);
    case 'session':
      return answerPayment(world, exchange, answered.outcome, (_, session) =>
        redirect(exchange, `/c/pay/${session?.id}?declined`),
      );
    case 'intent': {
      const { intent, outcome } = answered;
      const { retryUrl } = intent.hidden;
      if (outcome.kind === 'declined' && retryUrl !== undefined) return redirect(exchange, `${retryUrl}&declined`);
      return returnTo(exchange, intent.hidden.returnUrl, intent.shown, outcome.kind !== 'declined');
    }
  }
}

async function answer(work: Work, intentId: string, passed: boolean): Promise<Answered> {
  const locked = await lockIntent(work, intentId);
  if (locked?.intent.shown.status !== 'requires_action') return { kind: 'stale' };
  const { session, intent } = locked;
  const method = await findObject(work.tx, kinds.paymentMethod, String(intent.shown.payment_method), { lock: true });
  if (method === undefined) return { kind: 'stale' };
  if (session === undefined)
    return { kind: 'intent', intent, outcome: await resumeIntent(work, intent, method, passed) };
  if (session.shown.status !== 'open') {
    return { kind: 'session', outcome: { kind: 'closed', session: session.shown } };
  }
  return { kind: 'session', outcome: await resumeSession(work, session, { intent, method, passed }) };
}
