import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CheckoutModule } from '../checkout/checkout.module.js';
import { RefundsModule } from '../refunds/refunds.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { CustomerFacts } from './customer-facts.js';
import { PaymentFacts } from './payment-facts.js';
import { SettleCheckout } from './settle-checkout.js';
import { Settlement } from './settlement.js';

@Module({
  imports: [AccountsModule, CheckoutModule, RefundsModule, StripeModule],
  providers: [CustomerFacts, PaymentFacts, SettleCheckout, Settlement],
  exports: [Settlement],
})
export class SettlementModule {}
