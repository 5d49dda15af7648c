import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';

export class DomainEventNotFound extends Problem {
  static readonly type = 'domain-event-not-found';
  static readonly status = 404;
  static readonly title = 'No such event';
  static readonly remedy =
    'The id begins with `evt_`. An event can be read within a second after its cause, for as long as events are kept.';

  static readonly facts: FactsOf<DomainEventNotFound> = {
    eventId: { type: 'string', description: 'The id that was asked for.', examples: ['evt_01kbhe5m8f6q'] },
  };

  constructor(override readonly facts: { eventId: string }) {
    super();
  }

  get detail(): string {
    return `There is no event ${this.facts.eventId}, or none any more.`;
  }
}

export class EventsNoLongerKept extends Problem {
  static readonly type = 'events-no-longer-kept';
  static readonly status = 410;
  static readonly title = 'Events no longer kept';
  static readonly remedy =
    'Some of the events behind this cursor were deleted: events are kept for a time (`EVENTS_KEEP_DAYS`). Bring ' +
    'what you know up to date with the lists of this API, then read on without `after`: that begins with the oldest ' +
    'event that is kept.';

  static readonly facts: FactsOf<EventsNoLongerKept> = {
    sequence: { type: 'integer', description: 'The sequence of the oldest event that is kept.', examples: [1_204] },
  };

  constructor(override readonly facts: { sequence: number }) {
    super();
  }

  get detail(): string {
    return `The events before ${this.facts.sequence} are no longer kept.`;
  }
}

export const outboxProblems: readonly ProblemClass[] = [DomainEventNotFound, EventsNoLongerKept];
