import Stripe from 'stripe';
import type { StripeConnection } from '../../config/config.module.js';
import { createBoundedHttpClient } from './bounded-http-client.js';
import { withStorableAnswers } from './storable-answers.js';

/** The version that the types of the SDK describe. It is pinned, so that an upgrade is a decision. */
export const API_VERSION = '2026-10-28.endive';
/**
 * The SDK itself repeats what was cut off or refused for the moment, with the same idempotency key. How long it may do
 * so in all is said by the work that asks: see `askStripe`.
 */
const MAX_NETWORK_RETRIES = 2;
/** How long Stripe may be silent in one of them. */
const TIMEOUT_MS = 10_000;

export function createStripeClient({ secretKey, apiBase }: StripeConnection): Stripe {
  return new Stripe(secretKey, {
    apiVersion: API_VERSION,
    maxNetworkRetries: MAX_NETWORK_RETRIES,
    timeout: TIMEOUT_MS,
    httpClient: withStorableAnswers(createBoundedHttpClient()),
    telemetry: false,
    appInfo: { name: 'Scrip' },
    ...addressOf(apiBase),
  });
}

function addressOf(apiBase: string | undefined) {
  if (apiBase === undefined) return {};
  const { hostname, port, protocol } = new URL(apiBase);
  const isTls = protocol === 'https:';
  return {
    host: hostname,
    port: port === '' ? (isTls ? 443 : 80) : Number(port),
    protocol: isTls ? 'https' : 'http',
  } as const;
}

/** Whether a key moves real money. Stripe writes the mode into every key. */
export function isLiveKey(secretKey: string): boolean {
  return secretKey.includes('_live_');
}
