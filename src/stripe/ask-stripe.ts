import Stripe from 'stripe';
import { StripeRefused, StripeUnavailable } from './stripe.problems.js';

const RETRY_AFTER_SECONDS = 2;

/**
 * Runs one call of the SDK and turns its errors into problems by what the caller can do about them. The texts of Stripe
 * are left out: they may quote keys and what a customer typed. @throws StripeUnavailable, StripeRefused
 */
export async function askStripe<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw problemOfStripe(error);
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
