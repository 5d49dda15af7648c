import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, type Principal } from '../auth/principal.js';
import { RequireScope } from '../auth/require-scope.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../idempotency/idempotency.problems.js';
import { fingerprintOf, IdempotencyKey } from '../idempotency/idempotency-key.js';
import { sendAnswer } from '../idempotency/idempotent-writes.js';
import { OrderNotFound } from '../orders/orders.problems.js';
import { RefundAnswer, RefundDetailAnswer, toRefundAnswer, toRefundDetailAnswer } from '../returns/refund.dto.js';
import { RefundsQueries } from '../returns/refunds.queries.js';
import { RefundNotFound } from '../returns/returns.problems.js';
import { StripeRefused, StripeUnavailable } from '../stripe/client/stripe.problems.js';
import { RefundOrder } from './refund-order.js';
import { CreateRefundBody, ListRefundsQuery, RefundListAnswer } from './refunds.dto.js';
import {
  NothingUnused,
  OrderNotRefundable,
  OrderOfOtherMode,
  RefundExceedsPayment,
  RefundKept,
} from './refunds.problems.js';

@ApiTags('Refunds')
@Controller('v1/refunds')
export class RefundsController {
  constructor(
    private readonly refundOrder: RefundOrder,
    private readonly refunds: RefundsQueries,
  ) {}

  @Post()
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'createRefund',
    summary: 'Give money back',
    description: 'The credits go back as the money does, in proportion to what was charged.',
  })
  @ApiCreatedResponse({ type: RefundAnswer })
  @ApiProblems(
    OrderNotFound,
    OrderNotRefundable,
    OrderOfOtherMode,
    RefundExceedsPayment,
    NothingUnused,
    StripeRefused,
    RefundKept,
    IdempotencyKeyReused,
    ValidationFailed,
    StripeUnavailable,
  )
  async create(
    @Body() body: CreateRefundBody,
    @Caller() caller: Principal,
    @IdempotencyKey({ required: true }) idempotencyKey: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RefundAnswer> {
    const fingerprint = fingerprintOf('POST /v1/refunds', body);
    const { refund, isFirst } = await this.refundOrder.run({
      ...body,
      actor: caller.keyId,
      idempotencyKey,
      fingerprint,
    });
    return sendAnswer(reply, { status: 201, body: toRefundAnswer(refund), replayed: !isFirst });
  }

  @Get(':refundId')
  @ApiOperation({ operationId: 'getRefund', summary: 'Show a refund' })
  @ApiOkResponse({ type: RefundDetailAnswer })
  @ApiProblems(RefundNotFound)
  async get(@Param('refundId') refundId: string): Promise<RefundDetailAnswer> {
    return toRefundDetailAnswer(await this.refunds.require(refundId));
  }

  @Get()
  @ApiOperation({
    operationId: 'listRefunds',
    summary: 'List refunds',
    description: 'Newest first, also those made on the side of Stripe.',
  })
  @ApiOkResponse({ type: RefundListAnswer })
  list(@Query() query: ListRefundsQuery): Promise<RefundListAnswer> {
    return this.refunds.list(query, toRefundDetailAnswer);
  }
}
