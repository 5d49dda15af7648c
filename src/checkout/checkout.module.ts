import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { EntitlementsModule } from '../entitlements/entitlements.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { AdoptCustomer } from './adopt-customer.js';
import { CheckoutSessionsController } from './checkout-sessions.controller.js';
import { ClosePlanPages } from './close-plan-pages.js';
import { ContactWorker } from './contact-worker.js';
import { Customers } from './customers.js';
import { DeactivatePaymentLink } from './deactivate-payment-link.js';
import { FollowFeatures } from './follow-features.js';
import { FulfilOrder } from './fulfil-order.js';
import { KeepContact } from './keep-contact.js';
import { LinkCustomer } from './link-customer.js';
import { LinkSubscription } from './link-subscription.js';
import { NoteContact } from './note-contact.js';
import { NoteLinkAnswer } from './note-link-answer.js';
import { NoteNoAnswer } from './note-no-answer.js';
import { NotePayment } from './note-payment.js';
import { NotePaymentMethod } from './note-payment-method.js';
import { NotePortal } from './note-portal.js';
import { OpenCheckout } from './open-checkout.js';
import { OpenIntent } from './open-intent.js';
import { OpenPaymentLink } from './open-payment-link.js';
import { OpenPortal } from './open-portal.js';
import { OrdersController } from './orders.controller.js';
import { OrdersQueries } from './orders.queries.js';
import { ParkedPayments } from './parked-payments.js';
import { PaymentIntentsController } from './payment-intents.controller.js';
import { PaymentLinksController } from './payment-links.controller.js';
import { PaymentLinksQueries } from './payment-links.queries.js';
import { PlaceInvoiceOrder } from './place-invoice-order.js';
import { PlaceLinkOrder } from './place-link-order.js';
import { PlaceOrder } from './place-order.js';
import { PlacePaymentLink } from './place-payment-link.js';
import { PortalSessionsController } from './portal-sessions.controller.js';
import { ReturnPagesController } from './return-pages.controller.js';
import { StoreCheckout } from './store-checkout.js';
import { StoreIntent } from './store-intent.js';

@Module({
  imports: [AccountsModule, CatalogModule, EntitlementsModule, JobsModule, LedgerModule, OutboxModule, StripeModule],
  controllers: [
    CheckoutSessionsController,
    PaymentLinksController,
    PaymentIntentsController,
    PortalSessionsController,
    OrdersController,
    ReturnPagesController,
  ],
  providers: [
    AdoptCustomer,
    ClosePlanPages,
    ContactWorker,
    Customers,
    DeactivatePaymentLink,
    FollowFeatures,
    FulfilOrder,
    KeepContact,
    LinkCustomer,
    LinkSubscription,
    NoteContact,
    NoteLinkAnswer,
    NoteNoAnswer,
    NotePayment,
    NotePaymentMethod,
    NotePortal,
    OpenCheckout,
    OpenIntent,
    OpenPaymentLink,
    OpenPortal,
    OrdersQueries,
    ParkedPayments,
    PaymentLinksQueries,
    PlaceInvoiceOrder,
    PlaceLinkOrder,
    PlaceOrder,
    PlacePaymentLink,
    StoreCheckout,
    StoreIntent,
  ],
  exports: [
    AdoptCustomer,
    FollowFeatures,
    FulfilOrder,
    KeepContact,
    LinkSubscription,
    NotePayment,
    NotePaymentMethod,
    OpenPortal,
    OrdersQueries,
    ParkedPayments,
    PaymentLinksQueries,
    PlaceInvoiceOrder,
    PlaceLinkOrder,
  ],
})
export class CheckoutModule {}
