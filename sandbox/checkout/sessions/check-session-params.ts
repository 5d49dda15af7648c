import type Stripe from 'stripe';
import { invalidRequest, missingParam, notInSandbox } from '../../api/errors.js';

type Params = Stripe.Checkout.SessionCreateParams;

const shortestLifeSeconds = 30 * 60;
export const longestLifeSeconds = 24 * 60 * 60;

/** Refuses what no session can be made of, before anything is written. */
export function checkSessionParams(params: Params, now: number): void {
  if (params.mode === undefined) throw missingParam('mode');
  if (params.mode === 'subscription') checkSubscription(params, now);
  else refuseAll(params, 'subscription', ['subscription_data', 'payment_method_collection']);
  if (params.mode === 'setup') checkSetup(params);
  else if (params.setup_intent_data !== undefined) throw onlyIn('setup', 'setup_intent_data');
  const uiMode = params.ui_mode ?? 'hosted_page';
  if (uiMode !== 'hosted_page') throw notInSandbox(`Received the ui_mode ${uiMode}.`, 'ui_mode');
  if (params.success_url === undefined) throw missingParam('success_url');
  checkUrl(params.success_url, 'success_url');
  if (params.cancel_url !== undefined) checkUrl(params.cancel_url, 'cancel_url');
  checkExpiry(params.expires_at, now);
  checkCustomer(params);
  if (params.allow_promotion_codes !== undefined && params.discounts !== undefined) {
    throw onlyOneOf('allow_promotion_codes', 'discounts');
  }
}

/** Nothing is sold when a card is only saved. */
function checkSetup(params: Params): void {
  if (params.currency === undefined) throw missingParam('currency');
  const ofSales = ['allow_promotion_codes', 'automatic_tax', 'discounts', 'line_items', 'payment_intent_data'] as const;
  refuseAll(params, 'payment', ofSales);
}

const shortestTrialSeconds = 48 * 60 * 60;

/** The customer is always kept, and so is the card. */
function checkSubscription(params: Params, now: number): void {
  refuseAll(params, 'payment', ['customer_creation', 'payment_intent_data', 'submit_type']);
  const { trial_end, trial_period_days } = params.subscription_data ?? {};
  if (trial_end !== undefined && trial_period_days !== undefined) throw onlyOneOf('trial_end', 'trial_period_days');
  if (trial_period_days !== undefined && trial_period_days < 1) {
    throw invalidRequest('Invalid positive integer', { param: 'subscription_data[trial_period_days]' });
  }
  if (trial_end !== undefined && trial_end < now + shortestTrialSeconds) {
    throw invalidRequest('The `trial_end` date has to be at least 2 days in the future.', {
      param: 'subscription_data[trial_end]',
    });
  }
}

function refuseAll(params: Params, mode: string, names: readonly (keyof Params)[]): void {
  for (const param of names) if (params[param] !== undefined) throw onlyIn(mode, param);
}

const onlyIn = (mode: string, param: string) =>
  invalidRequest(`\`${param}\` can only be used in \`${mode}\` mode.`, { param });

function checkCustomer(params: Params): void {
  if (params.customer !== undefined && params.customer_email !== undefined) {
    throw onlyOneOf('customer', 'customer_email');
  }
  if (params.customer !== undefined && params.customer_creation !== undefined) {
    throw invalidRequest('`customer_creation` cannot be used with `customer`.', { param: 'customer_creation' });
  }
  if (params.customer === undefined && params.customer_update !== undefined) {
    throw invalidRequest('`customer_update` can only be used with `customer`.', { param: 'customer_update' });
  }
  if (params.customer_email !== undefined && !isEmail(params.customer_email)) {
    throw invalidRequest(`Invalid email address: ${params.customer_email}`, {
      code: 'email_invalid',
      param: 'customer_email',
    });
  }
  if (params.customer !== undefined && params.tax_id_collection?.enabled && params.customer_update?.name !== 'auto') {
    throw invalidRequest(
      'Tax ID collection requires updating business name on the customer. To enable tax ID collection for an ' +
        'existing customer, please set `customer_update[name]` to `auto`.',
      { param: 'tax_id_collection' },
    );
  }
}

const onlyOneOf = (first: string, second: string) =>
  invalidRequest(`You may only specify one of these parameters: ${first}, ${second}.`, { param: second });

/** Good enough to keep a typing error out, as Stripe's own check is. */
export const isEmail = (text: string): boolean =>
  /^[^\s@\p{Cc}\uFFFD]+@[^\s@\p{Cc}\uFFFD]+\.[^\s@\p{Cc}\uFFFD]{2,}$/u.test(text);

export function checkUrl(text: string, param: string): void {
  const url = URL.parse(text);
  // A scheme of an app is fine; one that runs a script in the page is not.
  if (url !== null && !['javascript:', 'data:', 'vbscript:'].includes(url.protocol)) return;
  throw invalidRequest('Not a valid URL', { code: 'url_invalid', param });
}

function checkExpiry(expiresAt: number | undefined, now: number): void {
  if (expiresAt === undefined) return;
  if (expiresAt > now + longestLifeSeconds) {
    throw invalidRequest('The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.', {
      param: 'expires_at',
    });
  }
  if (expiresAt < now + shortestLifeSeconds) {
    throw invalidRequest('The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.', {
      param: 'expires_at',
    });
  }
}
