import { setImmediate } from 'node:timers/promises';
import { Controller, Header, HttpCode, Logger, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequireScope } from '../../auth/require-scope.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { InternalError, ValidationFailed } from '../../http/problems/http.problems.js';
import { problemJson } from '../../http/problems/problem-answer.js';
import { problemOf } from '../../http/problems/problem-of.js';
import { itemOf, itemsOf } from '../commands/plain-spend.js';
import type { LedgerCommand, StoredAnswer } from '../posting/decide-commands.js';
import { type Outcome, Refused } from '../posting/waiting.js';
import { Posting } from '../posting.js';
import { SpendCommands } from '../usage/spend-commands.js';
import { SpendBatchAnswer, SpendBatchBody } from './spends.dto.js';

const ITEMS_A_TURN = 100;

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
    const outcomes = await this.postInTurns(itemsOf(request.body));
    const path = request.routeOptions.url ?? '';
    const verdicts = outcomes.map((outcome) => {
      if (!(outcome instanceof Refused)) return verdictOf(outcome);
      const problem = problemOf(outcome.reason, { method: request.method, path });
      if (problem instanceof InternalError) this.log.error(outcome.reason);
      return `{"status":"rejected","problem":${problemJson(problem, request.id)}}`;
    });
    return `{"results":[${verdicts.join(',')}]}`;
  }

  /** Some items a turn of the event loop: a thousand would take it for as long as a hundred other requests. */
  private async postInTurns(items: readonly unknown[]): Promise<Outcome[]> {
    const posted: Promise<readonly Outcome[]>[] = [];
    for (let from = 0; from < items.length; from += ITEMS_A_TURN) {
      if (from > 0) await setImmediate();
      const commands = items.slice(from, from + ITEMS_A_TURN).map((item) => this.commandOf(item));
      // In their order, which those of one account are decided in.
      posted.push(this.posting.postAll(areMade(commands) ? commands : await Promise.all(commands)));
    }
    return (await Promise.all(posted)).flat();
  }

  /** The command of an item, unless the item itself is refused. */
  private commandOf(item: unknown): Made | Promise<Made> {
    try {
      const { idempotencyKey, spend } = itemOf(item);
      const command = this.commands.of(idempotencyKey, spend);
      return command instanceof Promise ? command.catch((error) => new Refused(error)) : command;
    } catch (error) {
      return new Refused(error);
    }
  }
}

type Made = LedgerCommand | Refused;

function areMade(commands: readonly (Made | Promise<Made>)[]): commands is readonly Made[] {
  return !commands.some((command) => command instanceof Promise);
}

function verdictOf({ replayed, body }: StoredAnswer): string {
  return `{"status":"${replayed ? 'replayed' : 'accepted'}","spend":${body}}`;
}
