import { Module } from '@nestjs/common';
import { RUNTIME, type Runtime } from '../config/config.module.js';
import { StripeGateway } from './stripe-gateway.js';
import { WebhookVerifier } from './webhook-verifier.js';

@Module({
  providers: [
    { provide: StripeGateway, inject: [RUNTIME], useFactory: ({ stripe }: Runtime) => new StripeGateway(stripe) },
    { provide: WebhookVerifier, inject: [RUNTIME], useFactory: ({ stripe }: Runtime) => new WebhookVerifier(stripe) },
  ],
  exports: [StripeGateway, WebhookVerifier],
})
export class StripeModule {}
