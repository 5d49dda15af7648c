import { Injectable } from '@nestjs/common';
import { StripePaymentMethods } from '../../stripe/customers/payment-methods.gateway.js';
import { type PaymentMethod, PaymentMethods } from './payment-methods.js';

/**
 * Chooses with which of its payment methods an account is charged while nobody is there. Must not be called in a
 * transaction. @throws AccountNotFound, PaymentMethodNotFound, StripeUnavailable, StripeRefused
 */
@Injectable()
export class ChooseDefaultMethod {
  constructor(
    private readonly methods: PaymentMethods,
    private readonly stripe: StripePaymentMethods,
  ) {}

  async run(accountId: string, paymentMethodId: string): Promise<PaymentMethod> {
    const method = await this.methods.require(accountId, paymentMethodId);
    await this.stripe.chooseDefault(method.stripeCustomerId, method.stripePaymentMethodId);
    return { ...method, isDefault: true };
  }
}
