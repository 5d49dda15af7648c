import { Injectable } from '@nestjs/common';
import { AccountsQueries } from '../../accounts/accounts.queries.js';
import { cursorKeyOf, type PageQuery } from '../../http/input/page-query.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { encodeCursor, type Page } from '../../kernel/keyset-page.js';
import { StripeRefused } from '../../stripe/client/stripe.problems.js';
import { StripePaymentMethods } from '../../stripe/customers/payment-methods.gateway.js';
import type { StripePaymentMethod } from '../../stripe/objects/payment-methods.js';
import { PaymentMethodNotFound } from '../customers.problems.js';

/** What an account has saved at Stripe to pay with. */
export interface PaymentMethod extends StripePaymentMethod {
  stripeCustomerId: string;
  /** Whether it is the one that is charged while nobody is there. */
  isDefault: boolean;
}

/** The ids that Stripe gives to payment methods. What else is asked for is not sent there. */
const ID = /^\w{1,255}$/;

/**
 * Reads from Stripe, which alone keeps payment methods. The default is the one that was chosen; while none was, it is
 * the one that was saved last. No method may be called in a transaction. All throw AccountNotFound, StripeUnavailable
 * and StripeRefused.
 */
@Injectable()
export class PaymentMethods {
  constructor(
    private readonly accounts: AccountsQueries,
    private readonly stripe: StripePaymentMethods,
  ) {}

  /** Newest first; none of an account that Stripe does not know yet. @throws ValidationFailed */
  async list<T>(accountId: string, page: PageQuery, map: (method: PaymentMethod) => T): Promise<Page<T>> {
    const after = cursorKeyOf(page, ID);
    const { stripeCustomerId } = await this.accounts.require(accountId);
    if (stripeCustomerId === null) return { data: [], nextCursor: null };
    const listed = this.stripe.list(stripeCustomerId, { limit: page.limit, after }).catch(refuseCursor);
    const [{ methods, hasMore }, defaultId] = await Promise.all([listed, this.defaultOf(stripeCustomerId)]);
    const last = methods.at(-1);
    return {
      data: methods.map((method) => map(ownOf(method, { stripeCustomerId, defaultId }))),
      nextCursor: hasMore && last !== undefined ? encodeCursor(last.stripePaymentMethodId) : null,
    };
  }

  /** One that is another account's is not found either. @throws PaymentMethodNotFound */
  async require(accountId: string, paymentMethodId: string): Promise<PaymentMethod> {
    const { stripeCustomerId } = await this.accounts.require(accountId);
    const isAsked = stripeCustomerId !== null && ID.test(paymentMethodId);
    const method = isAsked ? await this.stripe.find(paymentMethodId) : undefined;
    if (stripeCustomerId === null || method?.stripeCustomerId !== stripeCustomerId)
      throw new PaymentMethodNotFound({ accountId, paymentMethodId });
    return ownOf(method, { stripeCustomerId, defaultId: await this.defaultOf(stripeCustomerId) });
  }

  private async defaultOf(stripeCustomerId: string): Promise<string | undefined> {
    const chosen = await this.stripe.fetchDefault(stripeCustomerId);
    if (chosen !== null) return chosen;
    const { methods } = await this.stripe.list(stripeCustomerId, { limit: 1 });
    return methods[0]?.stripePaymentMethodId;
  }
}

function ownOf(
  method: StripePaymentMethod,
  { stripeCustomerId, defaultId }: { stripeCustomerId: string; defaultId: string | undefined },
): PaymentMethod {
  return { ...method, stripeCustomerId, isDefault: method.stripePaymentMethodId === defaultId };
}

/** The last of the page before was taken away meanwhile, so that Stripe does not know where to go on. */
function refuseCursor(error: unknown): never {
  if (error instanceof StripeRefused && error.isAbout('starting_after'))
    throw ValidationFailed.at(
      '/cursor',
      'must name a payment method that is still there: list from the beginning',
      'query',
    );
  throw error;
}
