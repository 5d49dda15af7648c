import { Controller, Header, HttpCode, Logger, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequireScope } from '../../auth/require-scope.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { InternalError, ValidationFailed } from '../../http/problems/http.problems.js';
import { problemOf } from '../../http/problems/problem-of.js';
import { itemOf, itemsOf } from '../commands/plain-spend.js';
import { postInTurns } from '../post-in-turns.js';
import { Refused } from '../posting/waiting.js';
import { Posting } from '../posting.js';
import { SpendCommands } from '../usage/spend-commands.js';
import { rejectedResult, spendResult } from './batch-results.js';
import { SpendBatchAnswer, SpendBatchBody } from './spends.dto.js';

@ApiTags('Spends')
@Controller('v1/spends')
export class SpendBatchController {
  private readonly log = new Logger(SpendBatchController.name);

  constructor(
    private readonly posting: Posting,
    private readonly commands: SpendCommands,
  ) {}

  /**
   * A verdict for each item, in their order; one bad item never fails the others. Items of one account are decided in
   * the order in which they stand. Not atomic: what is accepted stays accepted.
   */
  @Post('batch')
  @HttpCode(200)
  @Header('Content-Type', 'application/json; charset=utf-8')
  @RequireScope('spend')
  @ApiOperation({ operationId: 'createSpendBatch', summary: 'Up to 1,000 spends, a verdict each' })
  @ApiBody({ type: SpendBatchBody })
  @ApiOkResponse({ type: SpendBatchAnswer })
  @ApiProblems(ValidationFailed)
  async batch(@Req() request: FastifyRequest): Promise<string> {
    const outcomes = await postInTurns(this.posting, itemsOf(request.body), (item) => {
      const { idempotencyKey, spend } = itemOf(item);
      return this.commands.of(idempotencyKey, spend);
    });
    const path = request.routeOptions.url ?? '';
    const results = outcomes.map((outcome) => {
      if (!(outcome instanceof Refused)) return spendResult(outcome);
      const problem = problemOf(outcome.reason, { method: request.method, path });
      if (problem instanceof InternalError) this.log.error(outcome.reason);
      return rejectedResult(problem, request.id);
    });
    return `{"results":[${results.join(',')}]}`;
  }
}
