import { type AnyIntent, answerChallengeOf } from '../../checkout/paying/answer-challenge.js';
import type { Exchange } from '../../http/exchange.js';
import { kinds } from '../../kinds/kinds.js';
import { formatMoney } from '../../payments/currencies.js';
import { inWork } from '../../store/ground.js';
import { findObject } from '../../store/objects.js';
import { nobody } from '../../store/work.js';
import type { World } from '../../world.js';
import { sendPage } from '../layout.js';
import { answeredPage, unknownPage } from '../notices.js';
import { redirect } from '../redirect.js';
import { returnTo } from '../return-to.js';
import { challengePage } from './challenge-page.js';
import { leadsTo } from './pay-page.js';
import { answerPayment } from './serve-session.js';

/** The bank's own page: it asks the holder of a card to confirm, and takes the answer. */
export async function serveChallenge(world: World, exchange: Exchange): Promise<void> {
  const id = exchange.path.slice('/3d-secure/'.length);
  const intent = await intentOf(world, id);
  if (intent === undefined) return sendPage(exchange, 404, unknownPage);
  if (exchange.method === 'POST') {
    const passed = new URLSearchParams(exchange.body).get('outcome') === 'complete';
    return takeAnswer(world, exchange, id, passed);
  }
  const { shown } = intent;
  if (shown.status !== 'requires_action') return sendPage(exchange, 200, answeredPage);
  const method = await findObject(world.database, kinds.paymentMethod, String(shown.payment_method));
  sendPage(exchange, 200, {
    ...challengePage({
      action: exchange.path,
      ...(shown.object === 'payment_intent' && { amount: formatMoney(shown.amount, shown.currency) }),
      card: method?.shown,
    }),
    ...leadsTo(await endOf(world, intent)),
  });
}

const intentOf = (world: World, id: string): Promise<AnyIntent | undefined> =>
  id.startsWith('seti_')
    ? findObject(world.database, kinds.setupIntent, id)
    : findObject(world.database, kinds.paymentIntent, id);

/** Where the payer ends up, which the page must allow for. */
async function endOf(world: World, { hidden }: AnyIntent): Promise<string | null | undefined> {
  if (hidden.sessionId === undefined) return hidden.returnUrl;
  return (await findObject(world.database, kinds.checkoutSession, hidden.sessionId))?.shown.success_url;
}

async function takeAnswer(world: World, exchange: Exchange, id: string, passed: boolean): Promise<void> {
  const answered = await inWork(world, nobody, (work) => answerChallengeOf(work, id, passed));
  switch (answered.kind) {
    case 'stale':
      return sendPage(exchange, 200, answeredPage);
    case 'session':
      return answerPayment(world, exchange, answered.outcome, (_, session) =>
        redirect(exchange, `/c/pay/${session?.id}?declined`),
      );
    case 'intent': {
      const { intent, declined } = answered;
      const { retryUrl, returnUrl } = intent.hidden;
      if (declined && retryUrl !== undefined) return redirect(exchange, `${retryUrl}&declined`);
      return returnTo(exchange, returnUrl, intent.shown, !declined);
    }
  }
}
