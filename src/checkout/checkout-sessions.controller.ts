import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AccountsQueries } from '../accounts/accounts.queries.js';
import { RequireScope } from '../auth/require-scope.js';
import { ProductNotFound } from '../catalog/catalog.problems.js';
import { Database } from '../database/database.js';
import { ApiProblems } from '../http/api-problems.js';
import { AccountNotFound, IdempotencyKeyReused, ValidationFailed } from '../http/http.problems.js';
import { fingerprintOf, IdempotencyKey } from '../http/idempotency-key.js';
import { sendAnswer } from '../http/idempotent-writes.js';
import { StripeRefused, StripeUnavailable } from '../stripe/stripe.problems.js';
import { CheckoutAnswer, CreateCheckoutBody, toCheckoutAnswer } from './checkout.dto.js';
import { CurrencyNotOffered, ProductNotForSale } from './checkout.problems.js';
import { OpenCheckout } from './open-checkout.js';
import { PlaceOrder } from './place-order.js';

@ApiTags('Checkout')
@Controller('v1/checkout-sessions')
export class CheckoutSessionsController {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsQueries,
    private readonly placeOrder: PlaceOrder,
    private readonly openCheckout: OpenCheckout,
  ) {}

  @Post()
  @RequireScope('sell')
  @ApiOperation({
    summary: 'Sell a pack',
    description: 'Answers the page on which the customer pays. Credits come when Stripe says that it is paid.',
  })
  @ApiCreatedResponse({ type: CheckoutAnswer })
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
    @Body() body: CreateCheckoutBody,
    @IdempotencyKey({ required: false }) idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CheckoutAnswer> {
    const account = await this.accounts.require(body.accountId);
    const fingerprint = fingerprintOf('POST /v1/checkout-sessions', body);
    const placed = await this.database.transaction((tx) =>
      this.placeOrder.run(tx, { ...body, account, channel: 'checkout_session', idempotencyKey, fingerprint }),
    );
    const { order, isNew } = await this.openCheckout.run(placed);
    return sendAnswer(reply, { status: 201, body: toCheckoutAnswer(order), replayed: !isNew });
  }
}
