import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CheckoutModule } from '../checkout/checkout.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { EntitlementsModule } from '../entitlements/entitlements.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { ReturnsModule } from '../returns/returns.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { CatalogFacts } from './catalog-facts.js';
import { CustomerFacts } from './customer-facts.js';
import { ParkedFacts } from './parked-facts.store.js';
import { PaymentFacts } from './payment-facts.js';
import { PaymentNow } from './payment-now.js';
import { PaymentOwners } from './payment-owners.js';
import { ReturnFacts } from './return-facts.js';
import { SettleCheckout } from './settle-checkout.js';
import { SettleInvoices } from './settle-invoices.js';
import { SettleOrPark } from './settle-or-park.js';
import { SettleParkedPayments } from './settle-parked-payments.js';
import { Settlement } from './settlement.js';
import { SubscriptionFacts } from './subscription-facts.js';

@Module({
  imports: [
    JobsModule,
    AccountsModule,
    CatalogModule,
    CheckoutModule,
    CustomersModule,
    OrdersModule,
    EntitlementsModule,
    OutboxModule,
    ReturnsModule,
    StripeModule,
    SubscriptionsModule,
  ],
  providers: [
    CatalogFacts,
    CustomerFacts,
    ParkedFacts,
    PaymentFacts,
    PaymentNow,
    PaymentOwners,
    ReturnFacts,
    SettleCheckout,
    SettleInvoices,
    SettleParkedPayments,
    SettleOrPark,
    Settlement,
    SubscriptionFacts,
  ],
  exports: [SettleInvoices, Settlement, SettleParkedPayments],
})
export class SettlementModule {}
