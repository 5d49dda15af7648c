import type Stripe from 'stripe';
import { keepNew, saveChange } from '../events/change.js';
import { kinds } from '../kinds/kinds.js';
import { newId } from '../store/ids.js';
import { listObjects } from '../store/list.js';
import { findObject } from '../store/objects.js';
import type { Work } from '../store/work.js';

export const fraudTypes = [
  'card_never_received',
  'fraudulent_card_application',
  'made_with_counterfeit_card',
  'made_with_lost_card',
  'made_with_stolen_card',
  'misc',
  'unauthorized_use_of_card',
] as const;
export type FraudType = (typeof fraudTypes)[number];

const mostWarnings = 100;

/**
 * The bank tells of a payment that may be fraud. Something can still be done about it as long as nobody disputes it and
 * not all of it was refunded, unless it is said otherwise. The caller holds the lock of the charge.
 */
export async function warnOfFraud(
  work: Work,
  charge: Stripe.Charge,
  fraudType: FraudType,
  actionable = !charge.disputed && !charge.refunded,
): Promise<Stripe.Radar.EarlyFraudWarning> {
  const warning: Stripe.Radar.EarlyFraudWarning = {
    id: newId('issfr'),
    object: 'radar.early_fraud_warning',
    actionable,
    charge: charge.id,
    created: work.now,
    fraud_type: fraudType,
    livemode: false,
    ...(charge.payment_intent && { payment_intent: charge.payment_intent }),
  };
  await keepNew(work, kinds.fraudWarning, { shown: warning, hidden: {} }, 'radar.early_fraud_warning.created');
  return warning;
}

/** A dispute or a full refund comes too late for warnings, or settles them. The caller holds the lock of the charge. */
export async function settleWarnings(work: Work, chargeId: string): Promise<void> {
  const equal = { charge: chargeId, actionable: true };
  const { data } = await listObjects(work.tx, kinds.fraudWarning, { equal, limit: mostWarnings });
  for (const { id } of data) {
    const warning = await findObject(work.tx, kinds.fraudWarning, id, { lock: true });
    if (warning === undefined) continue;
    const settled = { ...warning, shown: { ...warning.shown, actionable: false } };
    await saveChange(work, warning.shown, settled, 'radar.early_fraud_warning.updated');
  }
}
