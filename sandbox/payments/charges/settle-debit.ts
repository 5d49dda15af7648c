import type Stripe from 'stripe';
import { followCharge } from '../../disputes/follow-charge.js';
import { saveChange } from '../../events/change.js';
import type { Decline } from '../../kinds/card.js';
import { type HiddenCharge, kinds } from '../../kinds/kinds.js';
import { findObject, type Stored } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { declinedIntent, type Intent, paidIntent, saveIntent } from '../intents/charge-intent.js';
import { bankAccounts } from '../methods/bank-accounts.js';
import { bookLater } from './book-charge.js';
import { type Attempt, standing } from './new-charge.js';

type Charge = Stored<Stripe.Charge, HiddenCharge>;

export const debitOutcomes = ['succeeded', 'failed'] as const;
export type DebitOutcome = (typeof debitOutcomes)[number];

/**
 * The bank has answered about a debit: as its account lets it, or as is asked for. Returns undefined when the intent
 * does not wait for that. The caller holds the lock of what the intent belongs to. Locks the charge.
 */
export async function settleDebit(work: Work, intent: Intent, outcome?: DebitOutcome): Promise<Attempt | undefined> {
  if (intent.shown.status !== 'processing') return undefined;
  const charge = await findObject(work.tx, kinds.charge, String(intent.shown.latest_charge), { lock: true });
  if (charge === undefined) return undefined;
  const decline = declineOf(charge, outcome);
  return decline === undefined ? payDebit(work, intent, charge) : failDebit(work, intent, charge, decline);
}

function declineOf({ hidden }: Charge, outcome: DebitOutcome | undefined): Decline | undefined {
  if (outcome === 'succeeded') return undefined;
  if (outcome === undefined) return hidden.card.decline;
  return hidden.card.decline ?? bankAccounts.no_funds.decline;
}

async function payDebit(work: Work, intent: Intent, charge: Charge): Promise<Attempt> {
  const attempt: Attempt = { kind: 'paid' };
  const paid = settled(work, charge, attempt);
  await saveChange(work, charge.shown, { ...charge, shown: paid }, 'charge.succeeded');
  await bookLater(work, paid.id);
  await followCharge(work, { ...charge, shown: paid });
  await saveIntent(work, intent, paidIntent(intent.shown, paid), 'payment_intent.succeeded');
  return attempt;
}

async function failDebit(work: Work, intent: Intent, charge: Charge, decline: Decline): Promise<Attempt> {
  const attempt: Attempt = { kind: 'declined', decline };
  const failed = settled(work, charge, attempt);
  await saveChange(work, charge.shown, { ...charge, shown: failed }, 'charge.failed');
  const method = await findObject(work.tx, kinds.paymentMethod, String(charge.shown.payment_method));
  if (method === undefined) return attempt;
  const declined = declinedIntent(intent.shown, { decline, method: method.shown, chargeId: failed.id });
  await saveIntent(work, intent, declined, 'payment_intent.payment_failed');
  return attempt;
}

const settled = (work: Work, { shown }: Charge, attempt: Attempt): Stripe.Charge => ({
  ...shown,
  ...standing(attempt, shown.amount, `${work.baseUrl}/receipts/${shown.id}`),
});
