import { Module } from '@nestjs/common';
import { EntitlementsModule } from '../entitlements/entitlements.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { FulfilOrder } from './fulfil-order.js';
import { LinkSubscription } from './link-subscription.js';
import { NoteNoAnswer } from './note-no-answer.js';
import { NotePayment } from './note-payment.js';
import { OpenFeatures } from './open-features.js';
import { OrdersController } from './orders.controller.js';
import { OrdersQueries } from './orders.queries.js';
import { PlaceInvoiceOrder } from './place-invoice-order.js';
import { StoreCheckout } from './store-checkout.js';
import { StoreIntent } from './store-intent.js';

@Module({
  imports: [EntitlementsModule, LedgerModule, OutboxModule],
  controllers: [OrdersController],
  providers: [
    FulfilOrder,
    LinkSubscription,
    NoteNoAnswer,
    NotePayment,
    OpenFeatures,
    OrdersQueries,
    PlaceInvoiceOrder,
    StoreCheckout,
    StoreIntent,
  ],
  exports: [
    FulfilOrder,
    LinkSubscription,
    NoteNoAnswer,
    NotePayment,
    OpenFeatures,
    OrdersQueries,
    PlaceInvoiceOrder,
    StoreCheckout,
    StoreIntent,
  ],
})
export class OrdersModule {}
