import { Body, Controller, Inject, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AccountsQueries } from '../../accounts/accounts.queries.js';
import { RequireScope } from '../../auth/require-scope.js';
import { CurrencyNotOffered, ProductNotForSale, ProductNotFound } from '../../catalog/catalog.problems.js';
import { RUNTIME, type Runtime } from '../../config/config.module.js';
import { OpenPortal } from '../../customers/open-portal.js';
import { Database } from '../../database/database.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../../idempotency/idempotency.problems.js';
import { fingerprintOf, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { sendAnswer } from '../../idempotency/idempotent-writes.js';
import { AccountNotFound } from '../../ledger/ledger.problems.js';
import type { StoredCheckout } from '../../orders/orders.store.js';
import { StripeRefused, StripeUnavailable } from '../../stripe/client/stripe.problems.js';
import { AlreadyEntitled, AlreadySubscribed } from '../checkout.problems.js';
import { PlaceOrder, type PlaceOrderCommand } from '../place-order.js';
import { CheckoutAnswer, CreateCheckoutBody, toCheckoutAnswer } from './checkout.dto.js';
import { OpenCheckout } from './open-checkout.js';

@ApiTags('Checkout')
@Controller('v1/checkout-sessions')
export class CheckoutSessionsController {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsQueries,
    private readonly placeOrder: PlaceOrder,
    private readonly openCheckout: OpenCheckout,
    private readonly openPortal: OpenPortal,
    @Inject(RUNTIME) private readonly runtime: Runtime,
  ) {}

  @Post()
  @RequireScope('sell')
  @ApiOperation({
    operationId: 'createCheckoutSession',
    summary: 'Sell a pack, a feature or a plan',
    description:
      'Answers the page on which the customer pays. Credits come when Stripe says that it is paid; with a plan it ' +
      'begins a subscription.',
  })
  @ApiCreatedResponse({ type: CheckoutAnswer })
  @ApiProblems(
    AccountNotFound,
    ProductNotFound,
    ProductNotForSale,
    CurrencyNotOffered,
    AlreadySubscribed,
    AlreadyEntitled,
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
    const command = { ...body, account, channel: 'checkout_session', idempotencyKey, fingerprint } as const;
    const { order, isNew } = await this.sell(command).catch((error: unknown) => this.withPortal(error, body));
    return sendAnswer(reply, { status: 201, body: toCheckoutAnswer(order), replayed: !isNew });
  }

  private async sell(command: PlaceOrderCommand): Promise<StoredCheckout> {
    return this.openCheckout.run(await this.database.transaction((tx) => this.placeOrder.run(tx, command)));
  }

  /** Who has a subscription is told where to change it. */
  private async withPortal(error: unknown, { accountId, cancelUrl }: CreateCheckoutBody): Promise<never> {
    if (!(error instanceof AlreadySubscribed)) throw error;
    const portalUrl = await this.openPortal.run(accountId, cancelUrl ?? this.runtime.publicUrl).catch(() => null);
    throw new AlreadySubscribed({ ...error.facts, portalUrl });
  }
}
