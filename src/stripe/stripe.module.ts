import { Module } from '@nestjs/common';
import { RUNTIME, type Runtime } from '../config/config.module.js';
import { Clock } from '../kernel/clock.js';
import { StripeBilling } from './billing/billing.gateway.js';
import { StripeCustomers } from './customers/customers.gateway.js';
import { StripePaymentMethods } from './customers/payment-methods.gateway.js';
import { StripePortal } from './customers/portal.gateway.js';
import { WebhookVerifier } from './events/webhook-verifier.js';
import { StripeListings } from './listings/listings.gateway.js';
import { StripeReturnsGateway } from './returns/returns.gateway.js';
import { StripeGateway } from './selling/selling.gateway.js';

@Module({
  providers: [
    {
      provide: StripeGateway,
      inject: [RUNTIME, Clock],
      useFactory: ({ stripe }: Runtime, clock: Clock) => new StripeGateway(stripe, clock),
    },
    { provide: StripeCustomers, inject: [RUNTIME], useFactory: ({ stripe }: Runtime) => new StripeCustomers(stripe) },
    {
      provide: StripeReturnsGateway,
      inject: [RUNTIME],
      useFactory: ({ stripe }: Runtime) => new StripeReturnsGateway(stripe),
    },
    { provide: StripeListings, inject: [RUNTIME], useFactory: ({ stripe }: Runtime) => new StripeListings(stripe) },
    {
      provide: StripeBilling,
      inject: [RUNTIME, Clock],
      useFactory: ({ stripe }: Runtime, clock: Clock) => new StripeBilling(stripe, clock),
    },
    {
      provide: StripePaymentMethods,
      inject: [RUNTIME],
      useFactory: ({ stripe }: Runtime) => new StripePaymentMethods(stripe),
    },
    { provide: StripePortal, inject: [RUNTIME], useFactory: ({ stripe }: Runtime) => new StripePortal(stripe) },
    { provide: WebhookVerifier, inject: [RUNTIME], useFactory: ({ stripe }: Runtime) => new WebhookVerifier(stripe) },
  ],
  exports: [
    StripeBilling,
    StripeCustomers,
    StripeGateway,
    StripeListings,
    StripePaymentMethods,
    StripePortal,
    StripeReturnsGateway,
    WebhookVerifier,
  ],
})
export class StripeModule {}
