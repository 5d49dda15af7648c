import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequireScope } from '../auth/require-scope.js';
import { Database } from '../database/database.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../idempotency/idempotency.problems.js';
import { fingerprintOf, IdempotencyKey } from '../idempotency/idempotency-key.js';
import { IdempotentWrites, sendAnswer } from '../idempotency/idempotent-writes.js';
import { invariant } from '../kernel/invariant.js';
import { CreateReconciliationBody, ReconciliationAnswer, toReconciliationAnswer } from './reconciliation.dto.js';
import { ReconciliationNotFound } from './reconciliation.problems.js';
import { ReconciliationsQueries } from './reconciliations.queries.js';
import { StartReconciliation } from './run/start-reconciliation.js';

@ApiTags('Reconciliation')
@Controller('v1/reconciliations')
export class ReconciliationsController {
  constructor(
    private readonly database: Database,
    private readonly runs: ReconciliationsQueries,
    private readonly writes: IdempotentWrites,
    private readonly startReconciliation: StartReconciliation,
  ) {}

  @Post()
  @RequireScope('admin')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'createReconciliation',
    summary: 'Compare the books with Stripe',
    description: 'Payments, refunds and disputes, in both directions. It goes on in the background: ask for it again.',
  })
  @ApiAcceptedResponse({ type: ReconciliationAnswer })
  @ApiProblems(ValidationFailed, IdempotencyKeyReused)
  async create(
    @Body() body: CreateReconciliationBody,
    @IdempotencyKey({ required: false }) idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReconciliationAnswer> {
    const fingerprint = fingerprintOf('POST /v1/reconciliations', body);
    const answer = await this.database.transaction((tx) =>
      this.writes.run(tx, { accountId: '', key: idempotencyKey, fingerprint }, async () => {
        const run = await this.startReconciliation.run(tx, {
          from: body.from === undefined ? undefined : new Date(body.from),
          to: body.to === undefined ? undefined : new Date(body.to),
          repair: body.repair ?? false,
          origin: 'api',
        });
        invariant(run !== undefined, 'what is asked for by call always begins');
        return { status: 202, body: toReconciliationAnswer(run) };
      }),
    );
    return sendAnswer(reply, answer);
  }

  @Get(':reconciliationId')
  @ApiOperation({
    operationId: 'getReconciliation',
    summary: 'Show a reconciliation',
    description: 'How far it has come, and what it has found.',
  })
  @ApiOkResponse({ type: ReconciliationAnswer })
  @ApiProblems(ReconciliationNotFound)
  async get(@Param('reconciliationId') reconciliationId: string): Promise<ReconciliationAnswer> {
    const run = await this.runs.require(reconciliationId);
    return toReconciliationAnswer(run, await this.runs.findings(reconciliationId));
  }
}
