import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, type Principal } from '../auth/principal.js';
import { RequireScope } from '../auth/require-scope.js';
import { Database } from '../database/database.js';
import { AccountIdParam } from '../http/input/account-id.param.js';
import { PageQuery } from '../http/input/page-query.js';
import { ApiPageResponse } from '../http/openapi/open-api.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../idempotency/idempotency.problems.js';
import { fingerprintOf, IdempotencyKey } from '../idempotency/idempotency-key.js';
import { IdempotentWrites, sendAnswer } from '../idempotency/idempotent-writes.js';
import type { Page } from '../kernel/keyset-page.js';
import { AccountNotFound, BalanceOutOfRange } from '../ledger/ledger.problems.js';
import { RedeemVoucher } from './redeem-voucher.js';
import {
  RedeemedVoucherAnswer,
  RedeemVoucherBody,
  toRedeemedAnswer,
  VoucherRedemptionAnswer,
} from './redemptions.dto.js';
import {
  TooManyWrongCodes,
  VoucherAlreadyRedeemed,
  VoucherExpired,
  VoucherNotForThisAccount,
  VoucherNotFound,
  VoucherUsedUp,
} from './vouchers.problems.js';
import { mayShow, VouchersQueries } from './vouchers.queries.js';

@ApiTags('Vouchers')
@Controller('v1/accounts/:accountId/voucher-redemptions')
export class RedemptionsController {
  constructor(
    private readonly database: Database,
    private readonly writes: IdempotentWrites,
    private readonly redeemVoucher: RedeemVoucher,
    private readonly vouchers: VouchersQueries,
  ) {}

  @Post()
  @RequireScope('sell')
  @ApiOperation({
    operationId: 'redeemVoucher',
    summary: 'Redeem a code',
    description:
      'Gives the credits of its voucher at once. After ten codes of no voucher within an hour none of the account is ' +
      'looked at until the first of them is an hour old.',
  })
  @ApiCreatedResponse({ type: RedeemedVoucherAnswer })
  @ApiProblems(
    AccountNotFound,
    VoucherNotFound,
    VoucherExpired,
    VoucherUsedUp,
    VoucherAlreadyRedeemed,
    VoucherNotForThisAccount,
    TooManyWrongCodes,
    BalanceOutOfRange,
    IdempotencyKeyReused,
    ValidationFailed,
  )
  async redeem(
    @AccountIdParam() accountId: string,
    @IdempotencyKey({ required: true }) key: string,
    @Body() body: RedeemVoucherBody,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RedeemedVoucherAnswer> {
    const fingerprint = fingerprintOf(`POST /v1/accounts/${accountId}/voucher-redemptions`, body);
    const outcome = await this.database.transaction((tx) =>
      orWrongCode(
        this.writes.run(tx, { accountId, key, fingerprint }, async () => {
          const { redemption, grant } = await this.redeemVoucher.run(tx, { accountId, ...body, actor: caller.keyId });
          return { status: 201, body: toRedeemedAnswer(redemption, grant) };
        }),
      ),
    );
    if (outcome instanceof VoucherNotFound) throw outcome;
    return sendAnswer(reply, outcome);
  }

  @Get()
  @ApiOperation({
    operationId: 'listVoucherRedemptions',
    summary: 'List what an account has redeemed',
    description: 'Newest first. Codes are shown to keys with the scope `admin` alone.',
  })
  @ApiPageResponse(VoucherRedemptionAnswer)
  @ApiProblems(AccountNotFound)
  list(
    @AccountIdParam() accountId: string,
    @Query() page: PageQuery,
    @Caller() caller: Principal,
  ): Promise<Page<VoucherRedemptionAnswer>> {
    return this.vouchers.redeemedBy(accountId, page, mayShow(caller));
  }
}

/** That a code is wrong is a result of the transaction, and no reason to take it back: the code was noted. */
async function orWrongCode<T>(redeeming: Promise<T>): Promise<T | VoucherNotFound> {
  try {
    return await redeeming;
  } catch (error) {
    if (error instanceof VoucherNotFound) return error;
    throw error;
  }
}
