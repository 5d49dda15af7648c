import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CheckoutModule } from '../checkout/checkout.module.js';
import { SettlementModule } from '../settlement/settlement.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { AdoptStripeCustomer } from './adopt-stripe-customer.js';
import { AdoptionController } from './adoption.controller.js';

@Module({
  imports: [AccountsModule, CheckoutModule, SettlementModule, StripeModule, SubscriptionsModule],
  controllers: [AdoptionController],
  providers: [AdoptStripeCustomer],
})
export class AdoptionModule {}
