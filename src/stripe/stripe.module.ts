import { Module } from '@nestjs/common';
import { RUNTIME, type Runtime } from '../config/config.module.js';
import { StripeGateway } from './stripe-gateway.js';
import { StripeReturnsGateway } from './stripe-returns-gateway.js';
import { WebhookVerifier } from './webhook-verifier.js';

@Module({
  providers: [
    { provide: StripeGateway, inject: [RUNTIME], useFactory: ({ stripe }: Runtime) => new StripeGateway(stripe) },
    {
      provide: StripeReturnsGateway,
      inject: [RUNTIME],
      useFactory: ({ stripe }: Runtime) => new StripeReturnsGateway(stripe),
    },
    { provide: WebhookVerifier, inject: [RUNTIME], useFactory: ({ stripe }: Runtime) => new WebhookVerifier(stripe) },
  ],
  exports: [StripeGateway, StripeReturnsGateway, WebhookVerifier],
})
export class StripeModule {}
