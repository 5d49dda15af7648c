import type Stripe from 'stripe';
import { need } from '../../api/common.js';
import { ApiError, invalidRequest } from '../../api/errors.js';
import { keepNew } from '../../events/change.js';
import { kinds } from '../../kinds/kinds.js';
import { saveObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { checkCurrency, formatMoney, leastChargeMinor } from '../currencies.js';
import { methodTypesFor } from '../methods/bank-accounts.js';
import { usableMethod } from '../methods/usable-method.js';
import type { Intent } from './charge-intent.js';
import { newIntent } from './new-intent.js';

type Params = Stripe.PaymentIntentCreateParams;

const mostChargeMinor = 99_999_999;

/** Keeps a payment intent of the caller's own. It is confirmed afterwards, when the call asks for that. */
export async function createIntent(work: Work, params: Params): Promise<Intent> {
  if (!params.confirm) refuseWithoutConfirm(params);
  const currency = checkCurrency(params.currency, 'currency');
  checkAmount(params.amount, currency);
  if (params.customer !== undefined) await need(work, kinds.customer, params.customer, { param: 'customer' });
  const shown = newIntent({
    amountMinor: params.amount,
    currency,
    customerId: params.customer ?? null,
    created: work.now,
    data: params,
    methodTypes: methodTypesFor(currency, params.allowed_payment_method_types),
    automatic: automaticOf(params.automatic_payment_methods),
  });
  const allowed = params.allowed_payment_method_types ?? null;
  const intent: Intent = { shown: { ...shown, allowed_payment_method_types: allowed }, hidden: {} };
  await keepNew(work, kinds.paymentIntent, intent, 'payment_intent.created');
  return params.payment_method === undefined || params.confirm
    ? intent
    : withMethod(work, intent, params.payment_method);
}

/** Notes a payment method for the confirmation that is to come. */
export async function withMethod(work: Work, { shown, hidden }: Intent, methodId: string): Promise<Intent> {
  const customerId = shown.customer === null ? null : String(shown.customer);
  const method = await usableMethod(work, methodId, customerId, shown.currency);
  const intent: Intent = {
    shown: { ...shown, payment_method: method.shown.id, status: 'requires_confirmation' },
    hidden,
  };
  await saveObject(work.tx, intent);
  return intent;
}

function refuseWithoutConfirm(params: Params): void {
  for (const param of ['off_session', 'return_url', 'error_on_requires_action'] as const) {
    if (params[param] === undefined) continue;
    throw invalidRequest(`\`${param}\` can only be passed when \`confirm\` is true.`, { param });
  }
}

export function checkAmount(amountMinor: number, currency: string): void {
  if (amountMinor < 1) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
  }
  if (amountMinor > mostChargeMinor) {
    throw invalidRequest(`Amount must be no more than ${formatMoney(mostChargeMinor, currency)}`, {
      code: 'amount_too_large',
      param: 'amount',
    });
  }
  if (amountMinor >= leastChargeMinor(currency)) return;
  throw new ApiError(400, {
    type: 'invalid_request_error',
    code: 'amount_too_small',
    message: `Amount must be at least ${formatMoney(leastChargeMinor(currency), currency)} ${currency}`,
    param: 'amount',
  });
}

/** They are what is used when nothing is said. */
function automaticOf(given: Params['automatic_payment_methods']): Stripe.PaymentIntent.AutomaticPaymentMethods {
  if (given?.enabled !== false) return { allow_redirects: given?.allow_redirects ?? 'always', enabled: true };
  throw invalidRequest('Payment methods are always those that are switched on for the account, or some of them.', {
    param: 'automatic_payment_methods[enabled]',
  });
}
