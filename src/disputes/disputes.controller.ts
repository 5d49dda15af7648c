import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, type Principal } from '../auth/principal.js';
import { RequireScope } from '../auth/require-scope.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../idempotency/idempotency.problems.js';
import { fingerprintOf, IdempotencyKey } from '../idempotency/idempotency-key.js';
import { sendAnswer } from '../idempotency/idempotent-writes.js';
import { DisputeAnswer, toDisputeAnswer } from '../returns/dispute.dto.js';
import { DisputesQueries } from '../returns/disputes.queries.js';
import { DisputeNotFound } from '../returns/returns.problems.js';
import { StripeRefused, StripeUnavailable } from '../stripe/client/stripe.problems.js';
import { AnswerDispute } from './answer-dispute.js';
import { DisputeListAnswer, ListDisputesQuery, SubmitEvidenceBody } from './disputes.dto.js';
import { DisputeNotAnswerable } from './disputes.problems.js';

@ApiTags('Disputes')
@Controller('v1/disputes')
export class DisputesController {
  constructor(
    private readonly disputes: DisputesQueries,
    private readonly answerDispute: AnswerDispute,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listDisputes',
    summary: 'List disputes',
    description: 'Newest first, inquiries among them.',
  })
  @ApiOkResponse({ type: DisputeListAnswer })
  list(@Query() query: ListDisputesQuery): Promise<DisputeListAnswer> {
    return this.disputes.list(query, toDisputeAnswer);
  }

  @Get(':disputeId')
  @ApiOperation({ operationId: 'getDispute', summary: 'Show a dispute' })
  @ApiOkResponse({ type: DisputeAnswer })
  @ApiProblems(DisputeNotFound)
  async get(@Param('disputeId') disputeId: string): Promise<DisputeAnswer> {
    return toDisputeAnswer(await this.disputes.require(disputeId));
  }

  @Post(':disputeId/evidence')
  @RequireScope('admin')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'submitDisputeEvidence',
    summary: 'Answer a dispute',
    description: 'Hands evidence to the bank. What was kept with `submit: false` before goes along.',
  })
  @ApiOkResponse({ type: DisputeAnswer, description: 'The dispute as it is then' })
  @ApiProblems(
    DisputeNotFound,
    DisputeNotAnswerable,
    StripeRefused,
    IdempotencyKeyReused,
    ValidationFailed,
    StripeUnavailable,
  )
  async answer(
    @Param('disputeId') disputeId: string,
    @Body() { submit = true, ...evidence }: SubmitEvidenceBody,
    @Caller() caller: Principal,
    @IdempotencyKey({ required: false }) idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DisputeAnswer> {
    if (!submit && Object.values(evidence).every((text) => text === undefined))
      throw ValidationFailed.at('', 'holds nothing to keep');
    const { answer, isFirst } = await this.answerDispute.run({
      dispute: await this.disputes.require(disputeId),
      ...{ evidence, submit, actor: caller.keyId, idempotencyKey },
      fingerprint: fingerprintOf(`POST /v1/disputes/${disputeId}/evidence`, { ...evidence, submit }),
    });
    return sendAnswer(reply, { status: 200, body: answer, replayed: !isFirst });
  }
}
