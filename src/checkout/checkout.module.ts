import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { CheckoutSessionsController } from './checkout-sessions.controller.js';
import { Customers } from './customers.js';
import { FulfilOrder } from './fulfil-order.js';
import { LinkCustomer } from './link-customer.js';
import { NoteNoAnswer } from './note-no-answer.js';
import { NotePayment } from './note-payment.js';
import { OpenCheckout } from './open-checkout.js';
import { OrdersController } from './orders.controller.js';
import { OrdersQueries } from './orders.queries.js';
import { PlaceOrder } from './place-order.js';
import { ReturnPagesController } from './return-pages.controller.js';
import { StoreCheckout } from './store-checkout.js';

@Module({
  imports: [AccountsModule, LedgerModule, StripeModule],
  controllers: [CheckoutSessionsController, OrdersController, ReturnPagesController],
  providers: [
    Customers,
    FulfilOrder,
    LinkCustomer,
    NoteNoAnswer,
    NotePayment,
    OpenCheckout,
    OrdersQueries,
    PlaceOrder,
    StoreCheckout,
  ],
  exports: [FulfilOrder, NotePayment, OrdersQueries],
})
export class CheckoutModule {}
