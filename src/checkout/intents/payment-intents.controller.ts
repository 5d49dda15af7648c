import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AccountsQueries } from '../../accounts/accounts.queries.js';
import { RequireScope } from '../../auth/require-scope.js';
import { CurrencyNotOffered, ProductNotForSale, ProductNotFound } from '../../catalog/catalog.problems.js';
import { Database } from '../../database/database.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../../idempotency/idempotency.problems.js';
import { fingerprintOf, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { sendAnswer } from '../../idempotency/idempotent-writes.js';
import { AccountNotFound } from '../../ledger/ledger.problems.js';
import { StripeRefused, StripeUnavailable } from '../../stripe/client/stripe.problems.js';
import { PlaceOrder } from '../place-order.js';
import { OpenIntent } from './open-intent.js';
import { CreatePaymentIntentBody, PaymentIntentAnswer } from './payment-intent.dto.js';

@ApiTags('Checkout')
@Controller('v1/payment-intents')
export class PaymentIntentsController {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsQueries,
    private readonly placeOrder: PlaceOrder,
    private readonly openIntent: OpenIntent,
  ) {}

  @Post()
  @RequireScope('sell')
  @ApiOperation({
    operationId: 'createPaymentIntent',
    summary: 'Sell a pack in a form of your own',
    description:
      "Answers the secret with which Stripe's elements take the payment in your own page. Promotion codes and taxes " +
      "need a page of Stripe's.",
  })
  @ApiCreatedResponse({ type: PaymentIntentAnswer })
  @ApiProblems(
    AccountNotFound,
    ProductNotFound,
    ProductNotForSale,
    CurrencyNotOffered,
    StripeRefused,
    IdempotencyKeyReused,
    ValidationFailed,
    StripeUnavailable,
  )
  async create(
    @Body() body: CreatePaymentIntentBody,
    @IdempotencyKey({ required: false }) idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentIntentAnswer> {
    const account = await this.accounts.require(body.accountId);
    const fingerprint = fingerprintOf('POST /v1/payment-intents', body);
    const placed = await this.database.transaction((tx) =>
      this.placeOrder.run(tx, { ...body, account, channel: 'payment_intent', idempotencyKey, fingerprint }),
    );
    const { orderId, clientSecret, isNew } = await this.openIntent.run(placed);
    return sendAnswer(reply, {
      status: 201,
      body: { orderId, clientSecret, returnUrl: placed.successUrl },
      replayed: !isNew,
    });
  }
}
