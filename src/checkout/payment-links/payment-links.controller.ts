import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AccountsQueries } from '../../accounts/accounts.queries.js';
import { RequireScope } from '../../auth/require-scope.js';
import { CurrencyNotOffered, ProductNotForSale, ProductNotFound } from '../../catalog/catalog.problems.js';
import { Database } from '../../database/database.js';
import { ApiPageResponse } from '../../http/openapi/open-api.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../../idempotency/idempotency.problems.js';
import { fingerprintOf, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { sendAnswer } from '../../idempotency/idempotent-writes.js';
import type { Page } from '../../kernel/keyset-page.js';
import { AccountNotFound } from '../../ledger/ledger.problems.js';
import { StripeRefused, StripeUnavailable } from '../../stripe/client/stripe.problems.js';
import { PaymentLinkNotFound } from '../checkout.problems.js';
import { DeactivatePaymentLink } from './deactivate-payment-link.js';
import { OpenPaymentLink } from './open-payment-link.js';
import {
  CreatePaymentLinkBody,
  ListPaymentLinksQuery,
  PaymentLinkAnswer,
  PaymentLinkDetailAnswer,
  toPaymentLinkAnswer,
  toPaymentLinkDetailAnswer,
} from './payment-link.dto.js';
import { PaymentLinksQueries } from './payment-links.queries.js';
import { PlacePaymentLink } from './place-payment-link.js';

@ApiTags('Checkout')
@Controller('v1/payment-links')
export class PaymentLinksController {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsQueries,
    private readonly placePaymentLink: PlacePaymentLink,
    private readonly openPaymentLink: OpenPaymentLink,
    private readonly deactivatePaymentLink: DeactivatePaymentLink,
    private readonly links: PaymentLinksQueries,
  ) {}

  @Post()
  @RequireScope('sell')
  @ApiOperation({
    operationId: 'createPaymentLink',
    summary: 'Sell a pack by a link',
    description:
      'Answers a page that can be paid any number of times, today and later, for the price and the credits of ' +
      'today. Each payment becomes an order of its own.',
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

  @Get()
  @ApiOperation({
    operationId: 'listPaymentLinks',
    summary: 'List payment links',
    description: 'Newest first, also those that were switched off.',
  })
  @ApiPageResponse(PaymentLinkDetailAnswer)
  list(@Query() query: ListPaymentLinksQuery): Promise<Page<PaymentLinkDetailAnswer>> {
    return this.links.list(query, toPaymentLinkDetailAnswer);
  }

  @Get(':paymentLinkId')
  @ApiOperation({ operationId: 'getPaymentLink', summary: 'Show a payment link' })
  @ApiOkResponse({ type: PaymentLinkDetailAnswer })
  @ApiProblems(PaymentLinkNotFound)
  async get(@Param('paymentLinkId') paymentLinkId: string): Promise<PaymentLinkDetailAnswer> {
    return toPaymentLinkDetailAnswer(await this.links.require(paymentLinkId));
  }

  @Post(':paymentLinkId/deactivate')
  @RequireScope('sell')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'deactivatePaymentLink',
    summary: 'Switch a payment link off',
    description:
      'For good: nobody can open its page any more. Whoever has it open can still pay, and gets what they pay for. ' +
      'Doing it again changes nothing.',
  })
  @ApiOkResponse({ type: PaymentLinkDetailAnswer })
  @ApiProblems(PaymentLinkNotFound, StripeRefused, StripeUnavailable)
  async deactivate(@Param('paymentLinkId') paymentLinkId: string): Promise<PaymentLinkDetailAnswer> {
    return toPaymentLinkDetailAnswer(await this.deactivatePaymentLink.run(paymentLinkId));
  }
}
