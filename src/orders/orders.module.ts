import { Module } from '@nestjs/common';
import { EntitlementsModule } from '../entitlements/entitlements.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { FulfilOrder } from './fulfil-order.js';
import { NotePayment } from './note-payment.js';
import { OpenFeatures } from './open-features.js';
import { OrdersController } from './orders.controller.js';
import { OrdersQueries } from './orders.queries.js';
import { PlaceInvoiceOrder } from './place-invoice-order.js';

@Module({
  imports: [EntitlementsModule, LedgerModule, OutboxModule],
  controllers: [OrdersController],
  providers: [FulfilOrder, NotePayment, OpenFeatures, OrdersQueries, PlaceInvoiceOrder],
  exports: [FulfilOrder, NotePayment, OpenFeatures, OrdersQueries, PlaceInvoiceOrder],
})
export class OrdersModule {}
