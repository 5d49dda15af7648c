import { Body, Controller, Param, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, type Principal } from '../../auth/principal.js';
import { RequireScope } from '../../auth/require-scope.js';
import { AccountIdParam } from '../../http/input/account-id.param.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../../idempotency/idempotency.problems.js';
import { ApiIdempotencyKey, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { MeterNotFound, PriceOutOfRange, UsageNotPriced } from '../../rating/rating.problems.js';
import { AccountNotFound, BalanceOutOfRange, QueueFull, SpendNotFound } from '../ledger.problems.js';
import { sendStored } from '../posting/send-stored.js';
import { Posting } from '../posting.js';
import { EventNotFound } from '../usage/events.problems.js';
import { LinesNotKept, SpendAlreadyCorrected, SpendAlreadyReversed, SpendOfAmount } from '../usage/lines.problems.js';
import { CorrectionCommands } from './correction-commands.js';
import { CorrectionAnswer, CorrectionBody, UsageCorrectionBody } from './corrections.dto.js';

/** Both entries of a correction are in one transaction. */
@ApiTags('Spends')
@Controller('v1')
export class CorrectionsController {
  constructor(
    private readonly posting: Posting,
    private readonly commands: CorrectionCommands,
  ) {}

  @Post('accounts/:accountId/spends/:spendId/corrections')
  @RequireScope('spend')
  @ApiOperation({
    operationId: 'correctSpend',
    summary: 'Undo a spend by lines, and make another in its place',
    description:
      'What is left of the spend is given back, and the lines are priced by its own time. The new spend first takes ' +
      'what was given back, though it may have lapsed; it is never refused for want of credits: the rest is debt.',
  })
  @ApiIdempotencyKey({ required: true })
  @ApiCreatedResponse({ type: CorrectionAnswer })
  @ApiProblems(
    ...[AccountNotFound, SpendNotFound, SpendOfAmount, SpendAlreadyCorrected, SpendAlreadyReversed],
    ...[MeterNotFound, UsageNotPriced, PriceOutOfRange, LinesNotKept],
    ...[IdempotencyKeyReused, BalanceOutOfRange, ValidationFailed, QueueFull],
  )
  async correct(
    @AccountIdParam() accountId: string,
    @Param('spendId') spendId: string,
    @IdempotencyKey({ required: true }) key: string,
    @Body() request: CorrectionBody,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const command = await this.commands.ofSpend(key, { accountId, spendId, actor: caller.keyId }, request);
    return sendStored(reply, await this.posting.post(command));
  }

  @Post('usage/corrections')
  @RequireScope('spend')
  @ApiOperation({
    operationId: 'correctUsage',
    summary: 'Undo the spend of a usage event, and make another in its place',
    description:
      'As a spend is corrected, for which the event stands: `source` and `id` name the new one from then on, which ' +
      'may be corrected again. The event itself is still known: sent again, it is answered as it was at first.',
  })
  @ApiIdempotencyKey({ required: true })
  @ApiCreatedResponse({ type: CorrectionAnswer })
  @ApiProblems(
    ...[AccountNotFound, EventNotFound, SpendAlreadyCorrected, SpendAlreadyReversed],
    ...[MeterNotFound, UsageNotPriced, PriceOutOfRange, LinesNotKept],
    ...[IdempotencyKeyReused, BalanceOutOfRange, ValidationFailed, QueueFull],
  )
  async correctUsage(
    @IdempotencyKey({ required: true }) key: string,
    @Body() { accountId, source, id, ...usage }: UsageCorrectionBody,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const command = await this.commands.ofEvent(key, { accountId, source, id, actor: caller.keyId }, usage);
    return sendStored(reply, await this.posting.post(command));
  }
}
