import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CheckoutModule } from '../checkout/checkout.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { SettlementModule } from '../settlement/settlement.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { AdoptStripeCustomer } from './adopt-stripe-customer.js';
import { AdoptSubscriptions } from './adopt-subscriptions.js';
import { AdoptionController } from './adoption.controller.js';
import { CheckAdoption } from './check-adoption.js';
import { CreditParked } from './credit-parked.js';
import { TakeOverCustomer } from './take-over-customer.js';

@Module({
  imports: [
    AccountsModule,
    CatalogModule,
    CheckoutModule,
    CustomersModule,
    OrdersModule,
    SettlementModule,
    StripeModule,
    SubscriptionsModule,
  ],
  controllers: [AdoptionController],
  providers: [AdoptStripeCustomer, AdoptSubscriptions, CheckAdoption, CreditParked, TakeOverCustomer],
  exports: [AdoptStripeCustomer, CheckAdoption],
})
export class AdoptionModule {}
