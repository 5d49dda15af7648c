import { type DynamicModule, Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AdoptionModule } from '../adoption/adoption.module.js';
import { AlertsModule } from '../alerts/alerts.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { BookChecksModule } from '../book-checks/book-checks.module.js';
import { CancellationsModule } from '../cancellations/cancellations.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CheckoutModule } from '../checkout/checkout.module.js';
import type { Config } from '../config/config.js';
import { ConfigModule, type Runtime } from '../config/config.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { deliveriesMessages } from '../deliveries/deliveries.events.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { DisputesModule } from '../disputes/disputes.module.js';
import { EntitlementsModule } from '../entitlements/entitlements.module.js';
import { HttpModule } from '../http/http.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import type { Clock } from '../kernel/clock.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { MovingModule } from '../moving/moving.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { EventAnswer } from '../outbox/events.dto.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { PagesModule } from '../pages/pages.module.js';
import { RatingModule } from '../rating/rating.module.js';
import { ReconciliationModule } from '../reconciliation/reconciliation.module.js';
import { RefundsModule } from '../refunds/refunds.module.js';
import { ReportsModule } from '../reports/reports.module.js';
import { ReturnsModule } from '../returns/returns.module.js';
import { SettlementModule } from '../settlement/settlement.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { TestClockModule } from '../test-clock/test-clock.module.js';
import { VouchersModule } from '../vouchers/vouchers.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { domainEvents } from './domain-events.js';
import { entities } from './entities.js';
import { problems } from './problems.js';

/** The whole service. What a process does of it is decided by `config.role`. */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: a Nest module is a class
export class AppModule {
  static forRoot(config: Config, runtime: Runtime, clock: Clock): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config, runtime, clock),
        DatabaseModule.forRoot({
          url: runtime.databaseUrl,
          poolSize: config.databasePoolSize,
          toNodes: config.postToNodes,
          entities,
        }),
        HttpModule.forRoot({
          logLevel: config.logLevel,
          events: { envelope: EventAnswer, types: domainEvents, messages: deliveriesMessages },
        }),
        IdempotencyModule,
        JobsModule,
        StripeModule,
        AuthModule,
        AccountsModule,
        CatalogModule,
        RatingModule,
        LedgerModule,
        AlertsModule,
        MeteringModule,
        ReportsModule,
        CustomersModule,
        OrdersModule,
        CheckoutModule,
        EntitlementsModule,
        OutboxModule,
        DeliveriesModule,
        SubscriptionsModule,
        ReturnsModule,
        RefundsModule,
        DisputesModule,
        VouchersModule,
        SettlementModule,
        AdoptionModule,
        MovingModule,
        CancellationsModule,
        WebhooksModule,
        BookChecksModule,
        ReconciliationModule,
        TestClockModule,
        PagesModule.forRoot({ problems }),
      ],
    };
  }
}
