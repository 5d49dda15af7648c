import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { EntitlementsModule } from '../entitlements/entitlements.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { OpenIntent } from './intents/open-intent.js';
import { PaymentIntentsController } from './intents/payment-intents.controller.js';
import { NoteWayToPay } from './note-way-to-pay.js';
import { DeactivatePaymentLink } from './payment-links/deactivate-payment-link.js';
import { OpenPaymentLink } from './payment-links/open-payment-link.js';
import { ParkedPaymentsQueries } from './payment-links/parked-payments.queries.js';
import { PaymentLinksController } from './payment-links/payment-links.controller.js';
import { PaymentLinksQueries } from './payment-links/payment-links.queries.js';
import { PlaceLinkOrder } from './payment-links/place-link-order.js';
import { PlacePaymentLink } from './payment-links/place-payment-link.js';
import { PlaceOrder } from './place-order.js';
import { ReturnPagesController } from './return-pages/return-pages.controller.js';
import { CheckoutSessionsController } from './sessions/checkout-sessions.controller.js';
import { ClosePlanPages } from './sessions/close-plan-pages.js';
import { OpenCheckout } from './sessions/open-checkout.js';

@Module({
  imports: [
    CustomersModule,
    OrdersModule,
    AccountsModule,
    CatalogModule,
    EntitlementsModule,
    JobsModule,
    LedgerModule,
    OutboxModule,
    StripeModule,
  ],
  controllers: [CheckoutSessionsController, PaymentLinksController, PaymentIntentsController, ReturnPagesController],
  providers: [
    ClosePlanPages,
    DeactivatePaymentLink,
    NoteWayToPay,
    OpenCheckout,
    OpenIntent,
    OpenPaymentLink,
    ParkedPaymentsQueries,
    PaymentLinksQueries,
    PlaceLinkOrder,
    PlaceOrder,
    PlacePaymentLink,
  ],
  exports: [ParkedPaymentsQueries, PaymentLinksQueries, PlaceLinkOrder],
})
export class CheckoutModule {}
