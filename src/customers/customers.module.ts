import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { AdoptCustomer } from './adopt-customer.js';
import { BringInStep } from './bring-in-step.js';
import { ContactWorker } from './contact-worker.js';
import { Customers } from './customers.js';
import { KeepContact } from './keep-contact.js';
import { OpenPortal } from './open-portal.js';
import { ChooseDefaultMethod } from './payment-methods/choose-default-method.js';
import { PaymentMethodsController } from './payment-methods/payment-methods.controller.js';
import { PaymentMethods } from './payment-methods/payment-methods.js';
import { RemovePaymentMethod } from './payment-methods/remove-payment-method.js';
import { SetUpPaymentMethod } from './payment-methods/set-up-payment-method.js';
import { PortalSessionsController } from './portal-sessions.controller.js';
import { SetUpPortal } from './set-up-portal.js';

@Module({
  imports: [AccountsModule, CatalogModule, JobsModule, OutboxModule, StripeModule],
  controllers: [PaymentMethodsController, PortalSessionsController],
  providers: [
    AdoptCustomer,
    BringInStep,
    ChooseDefaultMethod,
    ContactWorker,
    Customers,
    KeepContact,
    OpenPortal,
    PaymentMethods,
    RemovePaymentMethod,
    SetUpPaymentMethod,
    SetUpPortal,
  ],
  exports: [AdoptCustomer, BringInStep, Customers, KeepContact, OpenPortal],
})
export class CustomersModule {}
