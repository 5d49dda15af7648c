import { Controller, Header, HttpCode, Logger, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequireScope } from '../../auth/require-scope.js';
import { validated } from '../../http/input/validation.pipe.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { InternalError, ValidationFailed } from '../../http/problems/http.problems.js';
import { problemJson } from '../../http/problems/problem-answer.js';
import { problemOf } from '../../http/problems/problem-of.js';
import { IDEMPOTENCY_KEY } from '../../idempotency/idempotency-key.js';
import { spendCommand } from '../posting/commands.js';
import { isPlainSpend } from '../posting/plain-spend.js';
import { PostingQueues } from '../posting/posting-queues.js';
import { SpendBatchAnswer, SpendBatchBody, SpendBatchItem } from './spends.dto.js';

@ApiTags('Spends')
@Controller('v1/spends')
export class SpendBatchController {
  private readonly log = new Logger(SpendBatchController.name);

  constructor(private readonly queues: PostingQueues) {}

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
    const items = itemsOf(request.body);
    const path = request.routeOptions.url ?? '';
    const verdicts = await Promise.all(
      items.map((item) =>
        this.verdict(item).catch((error: unknown) => {
          const problem = problemOf(error, { method: request.method, path });
          if (problem instanceof InternalError) this.log.error(error);
          return `{"status":"rejected","problem":${problemJson(problem, request.id)}}`;
        }),
      ),
    );
    return `{"results":[${verdicts.join(',')}]}`;
  }

  private async verdict(value: unknown): Promise<string> {
    const { idempotencyKey, ...spend } = isPlainItem(value) ? value : validated(SpendBatchItem, value, MAX_ITEM_ERRORS);
    const { replayed, body } = await this.queues.post(spendCommand(idempotencyKey, spend));
    return `{"status":"${replayed ? 'replayed' : 'accepted'}","spend":${body}}`;
  }
}

/** An answer holds a verdict for each of a thousand items. */
const MAX_ITEM_ERRORS = 10;

/**
 * The items of a batch, of which nothing is known yet: what one of them holds is judged apart. @throws ValidationFailed
 */
function itemsOf(body: unknown): unknown[] {
  const items = isObject(body) ? body.items : undefined;
  // Not the items themselves, which would fail the whole request and would be copied with all that is in them.
  const request = Array.isArray(items) ? { ...(body as object), items: items.map(() => null) } : (body ?? {});
  validated(SpendBatchBody, request);
  return items as unknown[];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An item in its simplest form, which needs no general validation. */
function isPlainItem(value: unknown): value is SpendBatchItem {
  if (!isObject(value)) return false;
  const { idempotencyKey, ...spend } = value;
  return typeof idempotencyKey === 'string' && IDEMPOTENCY_KEY.test(idempotencyKey) && isPlainSpend(spend);
}
