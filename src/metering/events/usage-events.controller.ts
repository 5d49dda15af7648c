import { Controller, Logger, Post, Req, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequireScope } from '../../auth/require-scope.js';
import { TakesStreams } from '../../http/input/streamed-body.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { InternalError, PayloadTooLarge, ValidationFailed } from '../../http/problems/http.problems.js';
import { rejectedResult, spendResult } from '../../ledger/api/batch-results.js';
import { SpendAnswer, SpendBatchAnswer } from '../../ledger/api/spends.dto.js';
import { AccountNotFound, InsufficientCredits, QueueFull } from '../../ledger/ledger.problems.js';
import { postInTurns } from '../../ledger/post-in-turns.js';
import type { StoredAnswer } from '../../ledger/posting/decide-commands.js';
import { type Outcome, Refused } from '../../ledger/posting/waiting.js';
import { Posting } from '../../ledger/posting.js';
import { EventCommands } from '../../ledger/usage/event-commands.js';
import { EventInFuture, EventReused, EventTooOld } from '../../ledger/usage/events.problems.js';
import { LinesNotKept } from '../../ledger/usage/lines.problems.js';
import type { UsageEvent } from '../../ledger/usage/usage-events.js';
import { MeterNotFound, PriceOutOfRange, UsageNotPriced } from '../../rating/rating.problems.js';
import { EventCounts } from './event-counts.js';
import { EventReader, MAX_BATCH_EVENTS } from './event-reader.js';
import { UsageEventBody } from './usage-event.dto.js';

const EVENT = { $ref: getSchemaPath(UsageEventBody) };
const BATCH = { type: 'array', items: EVENT, maxItems: MAX_BATCH_EVENTS };
const SPEND = { $ref: getSchemaPath(SpendAnswer) };

const BODY = {
  required: true,
  description:
    'One event or a batch, by the content type; as `application/json` either, or the data alone of an event whose ' +
    'attributes are headers: `ce-id`, `ce-source`, `ce-type`, `ce-subject`, `ce-specversion`, `ce-time`.',
  content: {
    'application/cloudevents+json': { schema: EVENT },
    'application/cloudevents-batch+json': { schema: BATCH },
    'application/json': { schema: { anyOf: [EVENT, BATCH, { $ref: getSchemaPath('UsageEventData') }] } },
  },
};

@ApiTags('Metering')
@Controller('v1/usage')
export class UsageEventsController {
  private readonly log = new Logger(UsageEventsController.name);

  constructor(
    private readonly reader: EventReader,
    private readonly posting: Posting,
    private readonly commands: EventCommands,
    private readonly counts: EventCounts,
  ) {}

  @Post()
  @RequireScope('spend')
  @TakesStreams()
  @ApiExtraModels(UsageEventBody, SpendAnswer, SpendBatchAnswer)
  @ApiOperation({
    operationId: 'sendUsage',
    summary: 'Usage events, each a spend once',
    description:
      'CloudEvents 1.0 over HTTP, structured, binary or batched. An event is taken once for its account, `source` ' +
      'and `id`, for ever: sent again, it gets the first answer, and with another `type` or other `data` it is ' +
      'refused. A batch gets a verdict for each event, in their order; one that is refused never fails the others, ' +
      'and all of it can be sent again. A body that is refused as a whole, or ends half-way, is as if it had never ' +
      'been sent.',
    requestBody: BODY,
  })
  @ApiCreatedResponse({ type: SpendAnswer, description: 'The event is a spend' })
  @ApiOkResponse({
    description: 'A batch; or one event that was a spend before',
    content: {
      'application/json': { schema: { anyOf: [{ $ref: getSchemaPath(SpendBatchAnswer) }, SPEND] } },
    },
  })
  @ApiProblems(
    ...[EventReused, EventTooOld, EventInFuture, InsufficientCredits, AccountNotFound, ValidationFailed, QueueFull],
    ...[MeterNotFound, UsageNotPriced, PriceOutOfRange, LinesNotKept, PayloadTooLarge],
  )
  async send(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const sent = await this.counts.refusals(this.reader.read(request), request);
    reply.type('application/json; charset=utf-8');
    if (sent.is === 'one') return this.counts.refusals(this.post(sent.event, reply), request);
    const outcomes = await postInTurns(this.posting, sent.events, (event) =>
      event instanceof Refused ? event : this.commands.of(event),
    );
    this.counts.taken(outcomes.filter((outcome): outcome is StoredAnswer => !(outcome instanceof Refused)));
    reply.status(200);
    return `{"results":[${outcomes.map((outcome) => this.resultOf(outcome, request)).join(',')}]}`;
  }

  private async post(event: UsageEvent, reply: FastifyReply): Promise<string> {
    const { status, body, replayed } = await this.posting.post(await this.commands.of(event));
    this.counts.taken([{ replayed }]);
    reply.status(replayed ? 200 : status);
    return body;
  }

  private resultOf(outcome: Outcome, request: FastifyRequest): string {
    if (outcome instanceof Refused) {
      const problem = this.counts.refused(outcome.reason, request);
      if (problem instanceof InternalError) this.log.error(outcome.reason);
      return rejectedResult(problem, request.id);
    }
    return spendResult(outcome);
  }
}
