import Stripe from 'stripe';
import type { StripeConnection } from '../../config/config.module.js';
import { createStripeClient } from './stripe-client.js';

/** A start must not wait long for somebody else's network. */
const TIMEOUT_MS = 5_000;

/**
 * Whether Stripe knows a key, by the cheapest question there is. A restricted key that may not ask it is known, too.
 * Never rejects for what Stripe or the network does.
 */
export async function tryKey(connection: StripeConnection): Promise<'known' | 'refused' | 'unanswered'> {
  try {
    await createStripeClient(connection).balance.retrieve({}, { maxNetworkRetries: 0, timeout: TIMEOUT_MS });
    return 'known';
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    if (error.statusCode === 401) return 'refused';
    return error.statusCode === 403 ? 'known' : 'unanswered';
  }
}
