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
import { CurrencyNotOffered, ProductNotForSale } from './checkout.problems.js';
import { OpenPaymentLink } from './open-payment-link.js';
import { PlacePaymentLink } from './place-payment-link.js';
import { CreatePaymentLinkBody, PaymentLinkAnswer, toPaymentLinkAnswer } from './sale.dto.js';

@ApiTags('Checkout')
@Controller('v1/payment-links')
export class PaymentLinksController {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsQueries,
    private readonly placePaymentLink: PlacePaymentLink,
    private readonly openPaymentLink: OpenPaymentLink,
  ) {}

  @Post()
  @RequireScope('sell')
  @ApiOperation({
    summary: 'Sell a pack by a link',
    description:
      'Answers a page that can be paid any number of times, today and later, for the price and the credits of today. Each payment becomes an order of its own.',
  })
  @ApiCreatedResponse({ type: PaymentLinkAnswer })
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
    @Body() body: CreatePaymentLinkBody,
    @IdempotencyKey({ required: false }) idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentLinkAnswer> {
    const { accountId = null } = body;
    if (accountId !== null) await this.accounts.require(accountId);
    const fingerprint = fingerprintOf('POST /v1/payment-links', body);
    const placed = await this.database.transaction((tx) =>
      this.placePaymentLink.run(tx, { ...body, accountId, idempotencyKey, fingerprint }),
    );
    const { link, isNew } = await this.openPaymentLink.run(placed);
    return sendAnswer(reply, { status: 201, body: toPaymentLinkAnswer(link), replayed: !isNew });
  }
}
