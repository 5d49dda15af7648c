import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, type Principal } from '../auth/principal.js';
import { RequireScope } from '../auth/require-scope.js';
import { Database } from '../database/database.js';
import { PageQuery, SpanQuery } from '../http/input/page-query.js';
import { ApiPageResponse } from '../http/openapi/open-api.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../idempotency/idempotency.problems.js';
import { fingerprintOf, IdempotencyKey } from '../idempotency/idempotency-key.js';
import { sendAnswer } from '../idempotency/idempotent-writes.js';
import { Clock } from '../kernel/clock.js';
import type { Page } from '../kernel/keyset-page.js';
import { DisableVoucher } from './disable-voucher.js';
import { MakeVoucher } from './make-voucher.js';
import { VoucherRedemptionAnswer } from './redemptions.dto.js';
import {
  CreateVoucherBody,
  DisableVoucherBody,
  MadeVoucherAnswer,
  toMadeVoucherAnswer,
  toVoucherAnswer,
  VoucherAnswer,
} from './vouchers.dto.js';
import { VoucherCodeTaken, VoucherNotFound } from './vouchers.problems.js';
import { mayShow, VouchersQueries } from './vouchers.queries.js';

const WITH_CODES = 'Codes are shown to keys with the scope `admin` alone.';

@ApiTags('Vouchers')
@Controller('v1/vouchers')
export class VouchersController {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly makeVoucher: MakeVoucher,
    private readonly disableVoucher: DisableVoucher,
    private readonly vouchers: VouchersQueries,
  ) {}

  @Post()
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'createVoucher',
    summary: 'Make a voucher with its codes',
    description: 'Its terms never change: disable it and make another one instead.',
  })
  @ApiCreatedResponse({ type: MadeVoucherAnswer })
  @ApiProblems(VoucherCodeTaken, IdempotencyKeyReused, ValidationFailed)
  async create(
    @Body() body: CreateVoucherBody,
    @Caller() caller: Principal,
    @IdempotencyKey({ required: false }) idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MadeVoucherAnswer> {
    if (body.code !== undefined && (body.count ?? 1) > 1)
      throw ValidationFailed.at('/count', 'must be 1 or left out where code is given');
    const fingerprint = fingerprintOf('POST /v1/vouchers', body);
    const made = await this.database.transaction((tx) =>
      this.makeVoucher.run(tx, { ...body, actor: caller.keyId, idempotencyKey, fingerprint }),
    );
    return sendAnswer(reply, { status: 201, body: toMadeVoucherAnswer(made), replayed: !made.isNew });
  }

  @Get()
  @ApiOperation({
    operationId: 'listVouchers',
    summary: 'List vouchers',
    description: `Newest first. ${WITH_CODES}`,
  })
  @ApiPageResponse(VoucherAnswer)
  list(@Query() page: SpanQuery, @Caller() caller: Principal): Promise<Page<VoucherAnswer>> {
    const now = this.clock.now();
    return this.vouchers.list(page, mayShow(caller), (voucher, code) => toVoucherAnswer(voucher, now, code));
  }

  @Get(':voucherId')
  @ApiOperation({ operationId: 'getVoucher', summary: 'Show a voucher', description: WITH_CODES })
  @ApiOkResponse({ type: VoucherAnswer })
  @ApiProblems(VoucherNotFound)
  get(@Param('voucherId') voucherId: string, @Caller() caller: Principal): Promise<VoucherAnswer> {
    const now = this.clock.now();
    return this.vouchers.show(voucherId, mayShow(caller), (voucher, code) => toVoucherAnswer(voucher, now, code));
  }

  @Post(':voucherId/disable')
  @RequireScope('admin')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'disableVoucher',
    summary: 'Let a voucher be redeemed no more',
    description:
      'For good: the whole voucher, or one code of it. What was redeemed before stays; its grants can be voided. ' +
      'Doing it again changes nothing.',
  })
  @ApiOkResponse({ type: VoucherAnswer })
  @ApiProblems(VoucherNotFound, ValidationFailed)
  async disable(
    @Param('voucherId') voucherId: string,
    @Body() { code }: DisableVoucherBody,
    @Caller() caller: Principal,
  ): Promise<VoucherAnswer> {
    await this.database.transaction((tx) => this.disableVoucher.run(tx, { voucherId, code }));
    return this.get(voucherId, caller);
  }

  @Get(':voucherId/redemptions')
  @ApiOperation({
    operationId: 'listRedemptionsOfVoucher',
    summary: 'List who has redeemed a voucher',
    description: `Newest first. ${WITH_CODES}`,
  })
  @ApiPageResponse(VoucherRedemptionAnswer)
  @ApiProblems(VoucherNotFound)
  redemptions(
    @Param('voucherId') voucherId: string,
    @Query() page: PageQuery,
    @Caller() caller: Principal,
  ): Promise<Page<VoucherRedemptionAnswer>> {
    return this.vouchers.redemptionsOf(voucherId, page, mayShow(caller));
  }
}
