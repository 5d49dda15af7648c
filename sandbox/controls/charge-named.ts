import type Stripe from 'stripe';
import { need } from '../api/common.js';
import { type HiddenCharge, kinds } from '../kinds/kinds.js';
import type { Stored } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { BadInput, type Input } from './input.js';

/** A charge, by its own id or by that of its payment intent. */
export interface ChargeName {
  charge?: string;
  paymentIntent?: string;
}

export function readChargeName(input: Input): ChargeName {
  const name = {
    ...input.optional('charge', () => input.text('charge')),
    ...input.optional('paymentIntent', () => input.text('paymentIntent')),
  };
  if (Object.keys(name).length === 1) return name;
  throw new BadInput('one of charge and paymentIntent is needed');
}

/** The charge that was named, which must have succeeded. */
export async function lockChargeNamed(
  work: Work,
  { charge: id, paymentIntent = '' }: ChargeName,
): Promise<Stored<Stripe.Charge, HiddenCharge>> {
  const chargeId = id ?? (await need(work, kinds.paymentIntent, paymentIntent)).shown.latest_charge;
  const charge = await need(work, kinds.charge, String(chargeId), { lock: true });
  if (charge.shown.status !== 'succeeded') throw new BadInput(`charge ${charge.shown.id} has not succeeded`);
  return charge;
}
