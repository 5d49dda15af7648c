import type Stripe from 'stripe';

/** The body of an error, as Stripe sends it below `error`. */
export interface ErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error' | 'rate_limit_error';
  message: string;
  code?: string;
  param?: string;
  decline_code?: string;
  doc_url?: string;
  request_log_url?: string;
  charge?: string;
  payment_intent?: Stripe.PaymentIntent;
  payment_method?: Stripe.PaymentMethod;
  setup_intent?: Stripe.SetupIntent;
}

/**
 * Ends an API call with Stripe's words. What the call has written is undone, unless the error is about its very effect.
 */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
    readonly options: { keepsEffect?: boolean } = {},
  ) {
    super(body.message);
  }
}

/** What the caller sent cannot be used. */
export const invalidRequest = (message: string, facts: { code?: string; param?: string } = {}): ApiError =>
  new ApiError(400, {
    type: 'invalid_request_error',
    message,
    ...facts,
    ...(facts.code === undefined ? {} : { doc_url: docUrl(facts.code) }),
  });

/** 404 when the id was in the path, 400 when it was a parameter. */
export const noSuch = (kindName: string, id: string, param = 'id'): ApiError => {
  const code = 'resource_missing';
  return new ApiError(param === 'id' ? 404 : 400, {
    type: 'invalid_request_error',
    message: `No such ${kindName}: '${id}'`,
    code,
    param,
    doc_url: docUrl(code),
  });
};

/** Stripe does it and this sandbox does not, which must never pass unnoticed. */
export const notInSandbox = (what: string, param?: string): ApiError =>
  invalidRequest(`${what} Stripe offers this, but the sandbox does not (yet), and refuses rather than ignores it.`, {
    code: 'sandbox_unsupported',
    ...(param === undefined ? {} : { param }),
  });

export const missingParam = (param: string): ApiError =>
  invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });

export const docUrl = (code: string): string => `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
