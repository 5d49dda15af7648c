import type Stripe from 'stripe';
import { kinds } from '../../kinds/kinds.js';
import { formatMoney, leastChargeMinor } from '../../payments/currencies.js';
import { findObject, saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { buyerOf } from '../paying/pay-session.js';
import { reprice, type Session } from '../sessions/reprice.js';
import { DiscountRefused, discountOfCode } from './discounts.js';

/** `refused` says why in words for who typed the code. */
export type CodeOutcome =
  | { kind: 'changed' }
  | { kind: 'refused'; message: string }
  | { kind: 'closed'; session: Stripe.Checkout.Session }
  | { kind: 'unknown' };

/** Gives an open session the discount of a code that its buyer has typed. Locks the session. */
export function applyCode(work: Work, sessionId: string, typed: string): Promise<CodeOutcome> {
  return changeDiscount(work, sessionId, async (session) => {
    if (!session.shown.allow_promotion_codes) throw new DiscountRefused('Codes cannot be used here.');
    const email = session.shown.customer_details?.email ?? null;
    const discount = await discountOfCode(work, typed.trim(), buyerOf(session, email));
    const discounted = reprice({ ...session, hidden: { ...session.hidden, discount } });
    checkLeast(discounted);
    return discounted;
  });
}

/** Takes the discount of a code away again. One that the seller gave stays. Locks the session. */
export function removeCode(work: Work, sessionId: string): Promise<CodeOutcome> {
  return changeDiscount(work, sessionId, async (session) => {
    const { discount: _, ...hidden } = session.hidden;
    return session.shown.allow_promotion_codes ? reprice({ ...session, hidden }) : session;
  });
}

async function changeDiscount(
  work: Work,
  sessionId: string,
  change: (session: Session) => Promise<Session>,
): Promise<CodeOutcome> {
  const session = await findObject(work.tx, kinds.checkoutSession, sessionId, { lock: true });
  if (session === undefined) return { kind: 'unknown' };
  if (session.shown.status !== 'open') return { kind: 'closed', session: session.shown };
  try {
    await saveObject(work.tx, await change(session));
    return { kind: 'changed' };
  } catch (error) {
    if (error instanceof DiscountRefused) return { kind: 'refused', message: error.message };
    throw error;
  }
}

function checkLeast({ shown }: Session): void {
  const currency = shown.currency ?? 'usd';
  const totalMinor = shown.amount_total ?? 0;
  if (totalMinor === 0 || totalMinor >= leastChargeMinor(currency)) return;
  const least = formatMoney(leastChargeMinor(currency), currency);
  throw new DiscountRefused(`With this code less than ${least} would be left, which cannot be charged.`);
}
