import Stripe from 'stripe';
import { timeLeftMs, withinTime } from '../../kernel/time-limit.js';
import { StripeRefused, StripeUnavailable } from './stripe.problems.js';

const RETRY_AFTER_SECONDS = 2;
/** How long a call may take in all, with what the SDK repeats of it, where the work that asks sets no shorter limit. */
const CALL_MS = 20_000;

/**
 * Runs one call of the SDK, within the time of the work that asks, and turns its errors into problems by what the
 * caller can do about them. The texts of Stripe are left out: they may quote keys and what a customer typed. A call
 * that is given up may still take effect, as one may whose answer was lost. @throws StripeUnavailable, StripeRefused
 */
export async function askStripe<T>(call: () => PromiseLike<T>): Promise<T> {
  const limitMs = Math.min(CALL_MS, timeLeftMs());
  if (limitMs === 0) throw new StripeUnavailable(RETRY_AFTER_SECONDS);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new StripeUnavailable(RETRY_AFTER_SECONDS)), limitMs);
  try {
    return await Promise.race([withinTime(limitMs, call), late]);
  } catch (error) {
    throw problemOfStripe(error);
  } finally {
    clearTimeout(timer);
  }
}

function problemOfStripe(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  if (isPassing(error)) return new StripeUnavailable(retryAfterOf(error), isKept(error));
  const facts = {
    stripeCode: error.code ?? error.rawType ?? error.type,
    stripeParam: error.param ?? null,
    stripeRequestId: error.requestId ?? null,
  };
  return new StripeRefused(facts, refusedOf(error));
}

function refusedOf({ statusCode }: Stripe.errors.StripeError): 'request' | 'payment' | 'configuration' {
  if (statusCode === 402) return 'payment';
  return statusCode === 401 || statusCode === 403 ? 'configuration' : 'request';
}

/**
 * No answer, an answer that was cut off, too many requests, a fault of Stripe's, or the same request still in flight.
 * Asking again with the same idempotency key can succeed by itself.
 */
function isPassing({ statusCode }: Stripe.errors.StripeError): boolean {
  return statusCode === undefined || statusCode < 400 || statusCode === 409 || statusCode === 429 || statusCode >= 500;
}

function isKept({ statusCode = 0, headers }: Stripe.errors.StripeError): boolean {
  return statusCode >= 500 && headers?.['idempotent-replayed'] === 'true';
}

function retryAfterOf({ headers }: Stripe.errors.StripeError): number {
  const seconds = Number(headers?.['retry-after']);
  return Number.isInteger(seconds) && seconds > 0 ? seconds : RETRY_AFTER_SECONDS;
}
