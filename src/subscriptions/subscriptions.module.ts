import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { EntitlementsModule } from '../entitlements/entitlements.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { AdoptedPlans } from './adopted-plans.js';
import { AdvanceAllowances } from './advance-allowances.js';
import { BillingNow } from './billing-now.js';
import { CancelSubscription } from './cancel-subscription.js';
import { ChangePlan } from './change-plan.js';
import { DueQueries } from './due.queries.js';
import { FollowAccess } from './follow-access.js';
import { FollowSubscription } from './follow-subscription.js';
import { KeyedRequests } from './keyed-requests.js';
import { NoteEarlierSubscriptions } from './note-earlier-subscriptions.js';
import { NoticeBilling } from './notice-billing.js';
import { PreviewChange } from './preview-change.js';
import { PreviewEnd } from './preview-end.js';
import { QuoteChange } from './quote-change.js';
import { RecordInvoice } from './record-invoice.js';
import { ResumeSubscription } from './resume-subscription.js';
import { SettleBilling } from './settle-billing.js';
import { SubscriptionChangesController } from './subscription-changes.controller.js';
import { SubscriptionListController } from './subscription-list.controller.js';
import { SubscriptionsController } from './subscriptions.controller.js';
import { SubscriptionsQueries } from './subscriptions.queries.js';
import { SyncSubscription } from './sync-subscription.js';
import { TendSubscription } from './tend-subscription.js';

@Module({
  imports: [
    AccountsModule,
    CatalogModule,
    CustomersModule,
    OrdersModule,
    EntitlementsModule,
    LedgerModule,
    OutboxModule,
    StripeModule,
  ],
  controllers: [SubscriptionsController, SubscriptionListController, SubscriptionChangesController],
  providers: [
    AdoptedPlans,
    AdvanceAllowances,
    BillingNow,
    CancelSubscription,
    ChangePlan,
    DueQueries,
    FollowAccess,
    FollowSubscription,
    KeyedRequests,
    NoteEarlierSubscriptions,
    NoticeBilling,
    PreviewChange,
    PreviewEnd,
    QuoteChange,
    RecordInvoice,
    ResumeSubscription,
    SettleBilling,
    SubscriptionsQueries,
    SyncSubscription,
    TendSubscription,
  ],
  exports: [
    AdoptedPlans,
    BillingNow,
    DueQueries,
    NoteEarlierSubscriptions,
    NoticeBilling,
    PreviewEnd,
    SettleBilling,
    SubscriptionsQueries,
    TendSubscription,
  ],
})
export class SubscriptionsModule {}
