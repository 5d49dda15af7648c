import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { CheckoutSessionsController } from './checkout-sessions.controller.js';
import { Customers } from './customers.js';
import { FulfilOrder } from './fulfil-order.js';
import { LinkCustomer } from './link-customer.js';
import { NoteContact } from './note-contact.js';
import { NoteLinkAnswer } from './note-link-answer.js';
import { NoteNoAnswer } from './note-no-answer.js';
import { NotePayment } from './note-payment.js';
import { NotePaymentMethod } from './note-payment-method.js';
import { OpenCheckout } from './open-checkout.js';
import { OpenIntent } from './open-intent.js';
import { OpenPaymentLink } from './open-payment-link.js';
import { OrdersController } from './orders.controller.js';
import { OrdersQueries } from './orders.queries.js';
import { PaymentIntentsController } from './payment-intents.controller.js';
import { PaymentLinksController } from './payment-links.controller.js';
import { PaymentLinksQueries } from './payment-links.queries.js';
import { PlaceLinkOrder } from './place-link-order.js';
import { PlaceOrder } from './place-order.js';
import { PlacePaymentLink } from './place-payment-link.js';
import { PortalSessionsController } from './portal-sessions.controller.js';
import { ReturnPagesController } from './return-pages.controller.js';
import { StoreCheckout } from './store-checkout.js';
import { StoreIntent } from './store-intent.js';

@Module({
  imports: [AccountsModule, LedgerModule, StripeModule],
  controllers: [
    CheckoutSessionsController,
    PaymentLinksController,
    PaymentIntentsController,
    PortalSessionsController,
    OrdersController,
    ReturnPagesController,
  ],
  providers: [
    Customers,
    FulfilOrder,
    LinkCustomer,
    NoteContact,
    NoteLinkAnswer,
    NoteNoAnswer,
    NotePayment,
    NotePaymentMethod,
    OpenCheckout,
    OpenIntent,
    OpenPaymentLink,
    OrdersQueries,
    PaymentLinksQueries,
    PlaceLinkOrder,
    PlaceOrder,
    PlacePaymentLink,
    StoreCheckout,
    StoreIntent,
  ],
  exports: [FulfilOrder, NotePayment, NotePaymentMethod, OrdersQueries, PaymentLinksQueries, PlaceLinkOrder],
})
export class CheckoutModule {}
