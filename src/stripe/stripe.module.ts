import { Module } from '@nestjs/common';
import { RUNTIME, type Runtime } from '../config/config.module.js';
import { Clock } from '../kernel/clock.js';
import { StripeBilling } from './stripe-billing.js';
import { StripeCustomers } from './stripe-customers.js';
import { StripeGateway } from './stripe-gateway.js';
import { StripeListings } from './stripe-listings.js';
import { StripePortal } from './stripe-portal.js';
import { StripeReturnsGateway } from './stripe-returns-gateway.js';
import { WebhookVerifier } from './webhook-verifier.js';

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
    { provide: StripePortal, inject: [RUNTIME], useFactory: ({ stripe }: Runtime) => new StripePortal(stripe) },
    { provide: WebhookVerifier, inject: [RUNTIME], useFactory: ({ stripe }: Runtime) => new WebhookVerifier(stripe) },
  ],
  exports: [
    StripeBilling,
    StripeCustomers,
    StripeGateway,
    StripeListings,
    StripePortal,
    StripeReturnsGateway,
    WebhookVerifier,
  ],
})
export class StripeModule {}
