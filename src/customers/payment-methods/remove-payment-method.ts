import { Injectable } from '@nestjs/common';
import { storePaymentMethod } from '../../accounts/accounts.store.js';
import { Database } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { StripeCustomers } from '../../stripe/customers/customers.gateway.js';
import { StripePaymentMethods } from '../../stripe/customers/payment-methods.gateway.js';
import { PaymentMethodNotFound } from '../customers.problems.js';
import { type PaymentMethod, PaymentMethods } from './payment-methods.js';

/**
 * Takes a payment method from an account, for good: nothing can be charged with it again, neither here nor by a
 * subscription. Whether another is left is known at once. Must not be called in a transaction.
 * @throws AccountNotFound, PaymentMethodNotFound (also for one that was taken a moment ago), StripeUnavailable,
 * StripeRefused
 */
@Injectable()
export class RemovePaymentMethod {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly methods: PaymentMethods,
    private readonly stripe: StripePaymentMethods,
    private readonly customers: StripeCustomers,
  ) {}

  /** Returns what was removed. */
  async run(accountId: string, paymentMethodId: string): Promise<PaymentMethod> {
    const method = await this.methods.require(accountId, paymentMethodId);
    if (!(await this.stripe.detach(method.stripePaymentMethodId)))
      throw new PaymentMethodNotFound({ accountId, paymentMethodId });
    const state = await this.customers.fetch(method.stripeCustomerId, this.clock.now());
    await this.database.transaction((tx) => storePaymentMethod(tx, state));
    return { ...method, isDefault: false };
  }
}
