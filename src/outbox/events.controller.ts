import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { decodeCursor, encodeCursor } from '../kernel/keyset-page.js';
import { type DomainEventType, typesOf } from './event-types.js';
import { EventAnswer, EventListAnswer, ListEventsQuery, toEventAnswer } from './events.dto.js';
import { EventsQueries } from './events.queries.js';
import { DomainEventNotFound, EventsNoLongerKept } from './outbox.problems.js';

const NUMBER = /^\d{1,15}$/;
/** Of a pattern that is refused. */
const MAX_SHOWN = 100;
const NOT_GIVEN_OUT = 'must be the nextCursor of an earlier answer of this list';

@ApiTags('Events')
@Controller('v1/events')
export class EventsController {
  constructor(private readonly events: EventsQueries) {}

  @Get()
  @ApiOperation({
    operationId: 'listEvents',
    summary: 'Read what happened, in order',
    description:
      'Oldest first. An event is here within a second after its cause, once, and in its place for good: whoever asks ' +
      'again with `nextCursor` misses none. What happens to one account stands in the order in which it happened.',
  })
  @ApiOkResponse({ type: EventListAnswer })
  @ApiProblems(EventsNoLongerKept)
  async list(@Query() { after, types, accountId, limit }: ListEventsQuery): Promise<EventListAnswer> {
    const filter = { limit, accountId, types: types === undefined ? undefined : namedTypes(types) };
    const number = numberIn(after);
    const { events, through, last } = await this.events.after(number, filter);
    // A cursor of another database, or of one that was restored.
    if (number !== undefined && number > last) throw ValidationFailed.at('/after', NOT_GIVEN_OUT, 'query');
    return { data: events.map(toEventAnswer), nextCursor: encodeCursor(String(through)) };
  }

  @Get(':eventId')
  @ApiOperation({ operationId: 'getEvent', summary: 'Show an event' })
  @ApiParam({ name: 'eventId', type: String, description: 'The id of the event, which begins with `evt_`.' })
  @ApiOkResponse({ type: EventAnswer })
  @ApiProblems(DomainEventNotFound)
  async get(@Param('eventId') eventId: string): Promise<EventAnswer> {
    return toEventAnswer(await this.events.require(eventId));
  }
}

function numberIn(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const number = decodeCursor(cursor);
  if (number === undefined || !NUMBER.test(number)) throw ValidationFailed.at('/after', NOT_GIVEN_OUT, 'query');
  return Number(number);
}

function namedTypes(list: string): DomainEventType[] {
  const { types, unknown } = typesOf(list.split(',').map((pattern) => pattern.trim()));
  const [first] = unknown;
  if (first === undefined) return types;
  const wrong = JSON.stringify(first.slice(0, MAX_SHOWN));
  const detail = `must name types of events, such as order.fulfilled or order.*, and ${wrong} is none`;
  throw ValidationFailed.at('/types', detail, 'query');
}
