import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { EntitlementsModule } from '../entitlements/entitlements.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { ReturnsModule } from '../returns/returns.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { AdvanceAllowances } from './allowances/advance-allowances.js';
import { RecordInvoice } from './allowances/record-invoice.js';
import { AnnounceBilling } from './announce-billing.js';
import { AnnounceChanges } from './announce-changes.js';
import { BillingNow } from './billing-now.js';
import { CancelSubscription } from './changes/cancel-subscription.js';
import { ChangePlan } from './changes/change-plan.js';
import { KeyedRequests } from './changes/keyed-requests.js';
import { PreviewChange } from './changes/preview-change.js';
import { PreviewEnd } from './changes/preview-end.js';
import { QuoteChange } from './changes/quote-change.js';
import { ResumeSubscription } from './changes/resume-subscription.js';
import { SubscriptionAtStripe } from './changes/subscription-at-stripe.js';
import { SubscriptionChangesController } from './changes/subscription-changes.controller.js';
import { SubscriptionTurns } from './changes/subscription-turns.js';
import { SyncSubscription } from './changes/sync-subscription.js';
import { AdvanceDueSubscriptions } from './due/advance-due-subscriptions.js';
import { AdvanceSubscription } from './due/advance-subscription.js';
import { DueQueries } from './due/due.queries.js';
import { AdoptedPlans } from './mirror/adopted-plans.js';
import { ApplyAccess } from './mirror/apply-access.js';
import { MirrorSubscription } from './mirror/mirror-subscription.js';
import { SettleBilling } from './settle-billing.js';
import { SubscriptionListController } from './subscription-list.controller.js';
import { SubscriptionsController } from './subscriptions.controller.js';
import { SubscriptionsQueries } from './subscriptions.queries.js';

@Module({
  imports: [
    AccountsModule,
    CatalogModule,
    CustomersModule,
    EntitlementsModule,
    JobsModule,
    LedgerModule,
    OrdersModule,
    OutboxModule,
    ReturnsModule,
    StripeModule,
  ],
  controllers: [SubscriptionsController, SubscriptionListController, SubscriptionChangesController],
  providers: [
    AdoptedPlans,
    AdvanceAllowances,
    AdvanceDueSubscriptions,
    AdvanceSubscription,
    AnnounceBilling,
    AnnounceChanges,
    ApplyAccess,
    BillingNow,
    CancelSubscription,
    ChangePlan,
    DueQueries,
    KeyedRequests,
    MirrorSubscription,
    PreviewChange,
    PreviewEnd,
    QuoteChange,
    RecordInvoice,
    ResumeSubscription,
    SettleBilling,
    SubscriptionAtStripe,
    SubscriptionTurns,
    SubscriptionsQueries,
    SyncSubscription,
  ],
  exports: [AdoptedPlans, AnnounceBilling, BillingNow, DueQueries, PreviewEnd, SettleBilling, SubscriptionsQueries],
})
export class SubscriptionsModule {}
