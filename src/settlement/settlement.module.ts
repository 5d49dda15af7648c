import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CheckoutModule } from '../checkout/checkout.module.js';
import { RefundsModule } from '../refunds/refunds.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { CatalogFacts } from './catalog-facts.js';
import { CustomerFacts } from './customer-facts.js';
import { ParkedFacts } from './parked-facts.js';
import { PaymentFacts } from './payment-facts.js';
import { PaymentNow } from './payment-now.js';
import { PaymentOwners } from './payment-owners.js';
import { ReturnFacts } from './return-facts.js';
import { SettleCheckout } from './settle-checkout.js';
import { SettleReturns } from './settle-returns.js';
import { Settlement } from './settlement.js';

@Module({
  imports: [AccountsModule, CatalogModule, CheckoutModule, RefundsModule, StripeModule],
  providers: [
    CatalogFacts,
    CustomerFacts,
    ParkedFacts,
    PaymentFacts,
    PaymentNow,
    PaymentOwners,
    ReturnFacts,
    SettleCheckout,
    SettleReturns,
    Settlement,
  ],
  exports: [Settlement],
})
export class SettlementModule {}
