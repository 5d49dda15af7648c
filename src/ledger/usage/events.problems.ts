import { type FactSchema, type FactsOf, Problem, type ProblemClass } from '../../kernel/problem.js';

const ACCOUNT_ID: FactSchema = { type: 'string', description: 'The id of the account.', examples: ['ada'] };
const SOURCE: FactSchema = { type: 'string', description: 'The `source` of the event.', examples: ['/renderer'] };
const ID: FactSchema = { type: 'string', description: 'The `id` of the event.', examples: ['job-42'] };
const TIME: FactSchema = {
  type: 'string',
  description: 'The `time` of the event.',
  examples: ['2026-11-29T09:30:00.000Z'],
};

export class EventReused extends Problem {
  static readonly type = 'event-reused';
  static readonly status = 422;
  static readonly title = 'Source and id of another event';
  static readonly remedy =
    '`source` and `id` name one event of its account for ever, and this one has another `type` or other `data`. Give ' +
    'a new event an id of its own; to repeat the old one, send what was sent first.';

  static readonly facts: FactsOf<EventReused> = { accountId: ACCOUNT_ID, source: SOURCE, id: ID };

  constructor(override readonly facts: { accountId: string; source: string; id: string }) {
    super();
  }

  get detail(): string {
    const { accountId, source, id } = this.facts;
    return `The account ${accountId} has another event ${id} of ${source}.`;
  }
}

export class EventTooOld extends Problem {
  static readonly type = 'event-too-old';
  static readonly status = 422;
  static readonly title = 'The event is too old';
  static readonly remedy =
    'Usage may be told for as many days as `USAGE_LATE_DAYS` says. What is older can be spent as an `amount`, with ' +
    'POST /v1/spends.';

  static readonly facts: FactsOf<EventTooOld> = {
    time: TIME,
    earliestTime: {
      type: 'string',
      description: 'The earliest time that an event may have now.',
      examples: ['2026-10-25T09:30:00.000Z'],
    },
  };

  constructor(override readonly facts: { time: string; earliestTime: string }) {
    super();
  }

  get detail(): string {
    return `The event is of ${this.facts.time}, and events before ${this.facts.earliestTime} are not taken any more.`;
  }
}

export class EventInFuture extends Problem {
  static readonly type = 'event-in-future';
  static readonly status = 422;
  static readonly title = 'The event is of the future';
  static readonly remedy =
    'Look at the clock of the machine that made it: `time` may be five minutes ahead at most. Without `time` an ' +
    'event is of the moment at which it arrives.';

  static readonly facts: FactsOf<EventInFuture> = {
    time: TIME,
    latestTime: {
      type: 'string',
      description: 'The latest time that an event may have now.',
      examples: ['2026-11-29T09:25:00.000Z'],
    },
  };

  constructor(override readonly facts: { time: string; latestTime: string }) {
    super();
  }

  get detail(): string {
    return `The event is of ${this.facts.time}, and events after ${this.facts.latestTime} are not taken yet.`;
  }
}

export class EventNotFound extends Problem {
  static readonly type = 'event-not-found';
  static readonly status = 404;
  static readonly title = 'No such event';
  static readonly remedy =
    'Only what was accepted can be corrected. An event that was refused is not known: send it again as it should be.';

  static readonly facts: FactsOf<EventNotFound> = { accountId: ACCOUNT_ID, source: SOURCE, id: ID };

  constructor(override readonly facts: { accountId: string; source: string; id: string }) {
    super();
  }

  get detail(): string {
    const { accountId, source, id } = this.facts;
    return `The account ${accountId} has no event ${id} of ${source}.`;
  }
}

export const eventsProblems: readonly ProblemClass[] = [EventReused, EventTooOld, EventInFuture, EventNotFound];
