import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { AdoptCustomer } from './adopt-customer.js';
import { ContactWorker } from './contact-worker.js';
import { Customers } from './customers.js';
import { KeepContact } from './keep-contact.js';
import { LinkCustomer } from './link-customer.js';
import { NoteContact } from './note-contact.js';
import { NotePaymentMethod } from './note-payment-method.js';
import { NotePortal } from './note-portal.js';
import { OpenPortal } from './open-portal.js';
import { PortalSessionsController } from './portal-sessions.controller.js';

@Module({
  imports: [AccountsModule, CatalogModule, JobsModule, StripeModule],
  controllers: [PortalSessionsController],
  providers: [
    AdoptCustomer,
    ContactWorker,
    Customers,
    KeepContact,
    LinkCustomer,
    NoteContact,
    NotePaymentMethod,
    NotePortal,
    OpenPortal,
  ],
  exports: [AdoptCustomer, Customers, KeepContact, NotePaymentMethod, OpenPortal],
})
export class CustomersModule {}
