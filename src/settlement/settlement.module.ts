import { Module } from '@nestjs/common';
import { CheckoutModule } from '../checkout/checkout.module.js';
import { RefundsModule } from '../refunds/refunds.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { SettleCheckout } from './settle-checkout.js';
import { Settlement } from './settlement.js';

@Module({
  imports: [CheckoutModule, RefundsModule, StripeModule],
  providers: [SettleCheckout, Settlement],
  exports: [Settlement],
})
export class SettlementModule {}
