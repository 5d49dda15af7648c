import { Controller, Headers, HttpCode, Post, type RawBodyRequest, Req } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Database } from '../database/database.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { Public } from '../http/server/public.js';
import { Clock } from '../kernel/clock.js';
import { InvalidSignature, MalformedEvent, UnexpectedAccount, WrongMode } from '../stripe/client/stripe.problems.js';
import { WebhookVerifier } from '../stripe/events/webhook-verifier.js';
import { AwaitedEvents } from './awaited-events.js';
import { ReceiveEvent } from './receive-event.js';
import { WebhookAnswer } from './webhooks.dto.js';

@ApiTags('Webhooks')
@Controller('webhooks')
export class WebhooksController {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly verifier: WebhookVerifier,
    private readonly receiveEvent: ReceiveEvent,
    private readonly awaitedEvents: AwaitedEvents,
  ) {}

  /**
   * Answers when the event is stored: what is stored is not lost. Only the answer to a completed checkout waits a
   * moment for its credits, because the buyer waits for it.
   */
  @Post('stripe')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'receiveStripeEvent',
    summary: 'Take an event of Stripe',
    description: 'Called by Stripe alone: the body must be signed by it.',
  })
  @ApiHeader({
    name: 'Stripe-Signature',
    required: true,
    description: 'As Stripe signs the very bytes of the body.',
    schema: {
      type: 'string',
      example: 't=1795219200,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd',
    },
  })
  @ApiBody({
    description: 'A snapshot event, as Stripe writes it.',
    schema: {
      type: 'object',
      description: 'An event of Stripe, which has more members than these.',
      required: ['id', 'type', 'created', 'livemode', 'data'],
      properties: {
        id: { type: 'string', description: "Stripe's id of it." },
        type: { type: 'string', description: "Stripe's name of what happened." },
        created: { type: 'integer', description: 'When it happened, in seconds since 1970.' },
        livemode: { type: 'boolean', description: "Whether it is of Stripe's live mode." },
        data: { type: 'object', additionalProperties: true, description: 'Holds the object as it was then.' },
      },
      additionalProperties: true,
    },
  })
  @ApiOkResponse({ type: WebhookAnswer })
  @ApiProblems(InvalidSignature, MalformedEvent, WrongMode, UnexpectedAccount)
  async stripe(
    @Req() request: RawBodyRequest<FastifyRequest>,
    @Headers('stripe-signature') signature: string | undefined,
  ): Promise<WebhookAnswer> {
    const event = this.verifier.verify(request.rawBody ?? Buffer.alloc(0), signature, this.clock.now());
    const isAwaited = event.type === 'checkout.session.completed';
    const tried = isAwaited ? this.awaitedEvents.expect(event.stripeEventId) : undefined;
    const { isDuplicate } = await this.database.transaction((tx) => this.receiveEvent.run(tx, event));
    if (!isDuplicate) await tried;
    return isDuplicate ? { received: true, duplicate: true } : { received: true };
  }
}
