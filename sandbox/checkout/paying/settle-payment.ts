import type Stripe from 'stripe';
import { recordEvent } from '../../events/record.js';
import { kinds } from '../../kinds/kinds.js';
import { type DebitOutcome, settleDebit } from '../../payments/charges/settle-debit.js';
import { saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { lockIntent } from './lock-intent.js';

/**
 * The bank has answered about a debit, and a session that was completed with it is told so. Returns whether the payment
 * waited for that. Locks the session, the intent, then the charge.
 */
export async function settlePayment(work: Work, intentId: string, outcome?: DebitOutcome): Promise<boolean> {
  const locked = await lockIntent(work, kinds.paymentIntent, intentId);
  const attempt = locked && (await settleDebit(work, locked.intent, outcome));
  if (attempt === undefined) return false;
  const { session } = locked ?? {};
  if (session === undefined) return true;
  const paid = attempt.kind === 'paid';
  const shown: Stripe.Checkout.Session = { ...session.shown, payment_status: paid ? 'paid' : 'unpaid' };
  await saveObject(work.tx, { ...session, shown });
  await recordEvent(work, `checkout.session.async_payment_${paid ? 'succeeded' : 'failed'}`, shown);
  return true;
}
