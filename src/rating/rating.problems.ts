import { MAX_REQUEST_CREDITS } from '../kernel/credits.js';
import { type FactSchema, type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';
import type { Dimensions } from './pricing/dimensions.js';

const METER: FactSchema = { type: 'string', description: 'The key of the meter.', examples: ['tokens'] };
const DIMENSIONS = { type: 'object', additionalProperties: { type: 'string' } } as const;
const VERSION_EXAMPLES = [2];

export class MeterNotFound extends Problem {
  static readonly type = 'meter-not-found';
  static readonly status = 404;
  static readonly title = 'No such meter';
  static readonly remedy = 'List the meters with `GET /v1/meters`, or add this one with `PUT /v1/meters/{key}`.';

  static readonly facts: FactsOf<MeterNotFound> = { meter: METER };

  constructor(override readonly facts: { meter: string }) {
    super();
  }

  get detail(): string {
    return `There is no meter ${this.facts.meter}.`;
  }
}

export class RateNotFound extends Problem {
  static readonly type = 'rate-not-found';
  static readonly status = 404;
  static readonly title = 'No such version of a rate card';
  static readonly remedy = 'List the versions with `GET /v1/meters/{key}/rates`.';

  static readonly facts: FactsOf<RateNotFound> = {
    meter: METER,
    version: { type: 'integer', description: 'The version that was asked for.', examples: VERSION_EXAMPLES },
  };

  constructor(override readonly facts: { meter: string; version: number }) {
    super();
  }

  get detail(): string {
    return `The meter ${this.facts.meter} has no version ${this.facts.version} of its rate card.`;
  }
}

export class RateAmbiguous extends Problem {
  static readonly type = 'rate-ambiguous';
  static readonly status = 422;
  static readonly title = 'Two prices for the same usage';
  static readonly remedy =
    'Two prices match `usage`, name as many of its dimensions, and none names more. Take one of them out, or add a ' +
    'price whose `match` is `usage` itself: the price that names the most dimensions wins.';

  static readonly facts: FactsOf<RateAmbiguous> = {
    meter: METER,
    usage: {
      ...DIMENSIONS,
      description: 'The dimensions of usage that both prices match.',
      examples: [{ kind: 'input', model: 'large' }],
    },
    prices: {
      type: 'array',
      items: { type: 'integer' },
      description: 'Where the two stand in `prices`, counted from 0.',
      examples: [[0, 3]],
    },
  };

  constructor(override readonly facts: { meter: string; usage: Dimensions; prices: readonly number[] }) {
    super();
  }

  get detail(): string {
    const [first, second] = this.facts.prices;
    return `The prices ${first} and ${second} both match usage with ${JSON.stringify(this.facts.usage)}.`;
  }
}

export class RateTooEarly extends Problem {
  static readonly type = 'rate-too-early';
  static readonly status = 422;
  static readonly title = 'A version cannot begin so early';
  static readonly remedy =
    'Leave `effectiveAt` out, so that the version begins as soon as every process knows it, or name a moment of ' +
    '`earliestEffectiveAt` or later. What was used before keeps its price.';

  static readonly facts: FactsOf<RateTooEarly> = {
    effectiveAt: {
      type: 'string',
      format: 'date-time',
      description: 'When it was to begin.',
      examples: ['2026-01-01T00:00:00.000Z'],
    },
    earliestEffectiveAt: {
      type: 'string',
      format: 'date-time',
      description: 'When it could have begun at the earliest.',
      examples: ['2026-11-29T12:00:01.500Z'],
    },
  };

  constructor(override readonly facts: { effectiveAt: string; earliestEffectiveAt: string }) {
    super();
  }

  get detail(): string {
    return `A version can begin at ${this.facts.earliestEffectiveAt} or later, not at ${this.facts.effectiveAt}.`;
  }
}

export class RateInstantTaken extends Problem {
  static readonly type = 'rate-instant-taken';
  static readonly status = 409;
  static readonly title = 'Another version begins then';
  static readonly remedy = 'Versions cannot be changed or taken back. Begin this one at another moment.';

  static readonly facts: FactsOf<RateInstantTaken> = {
    meter: METER,
    effectiveAt: {
      type: 'string',
      format: 'date-time',
      description: 'When both would begin.',
      examples: ['2027-01-01T00:00:00.000Z'],
    },
    version: { type: 'integer', description: 'The version that begins then.', examples: VERSION_EXAMPLES },
  };

  constructor(override readonly facts: { meter: string; effectiveAt: string; version: number }) {
    super();
  }

  get detail(): string {
    return `Version ${this.facts.version} of ${this.facts.meter} begins at ${this.facts.effectiveAt} already.`;
  }
}

export class RateTooFine extends Problem {
  static readonly type = 'rate-too-fine';
  static readonly status = 422;
  static readonly title = 'Fractions too fine to be carried';
  static readonly remedy =
    'With rounding `carry` an account keeps fractions of a credit across versions, whose denominators multiply. Use ' +
    'values of `per` that earlier versions have, powers of ten, or rounding `up`.';

  static readonly facts: FactsOf<RateTooFine> = { meter: METER };

  constructor(override readonly facts: { meter: string }) {
    super();
  }

  get detail(): string {
    return `The values of per that the versions of ${this.facts.meter} have would leave fractions without measure.`;
  }
}

export class UsageNotPriced extends Problem {
  static readonly type = 'usage-not-priced';
  static readonly status = 422;
  static readonly title = 'No price for this usage';
  static readonly remedy =
    'No price of the rate card matches these dimensions. Correct them, or make a version of the card with a price ' +
    'for them: `POST /v1/meters/{key}/rates`. One with the match `{}` prices whatever no other does.';

  static readonly facts: FactsOf<UsageNotPriced> = {
    meter: METER,
    dimensions: {
      ...DIMENSIONS,
      description: 'The dimensions of the usage.',
      examples: [{ kind: 'input', model: 'unheard-of' }],
    },
    rateVersion: {
      type: ['integer', 'null'],
      description: 'The version in force; null when the meter has none.',
      examples: VERSION_EXAMPLES,
    },
  };

  constructor(override readonly facts: { meter: string; dimensions: Dimensions; rateVersion: number | null }) {
    super();
  }

  get detail(): string {
    const { meter, dimensions, rateVersion } = this.facts;
    if (rateVersion === null) return `The meter ${meter} has no rate card yet.`;
    const named = JSON.stringify(dimensions);
    return `Version ${rateVersion} of the rate card of ${meter} has no price for usage with ${named}.`;
  }
}

export class PriceOutOfRange extends Problem {
  static readonly type = 'price-out-of-range';
  static readonly status = 422;
  static readonly title = 'Price too large';
  static readonly remedy =
    'One request moves at most `maxCredits`. Send the usage in parts, or give the rate card a smaller price or ' +
    '`maxCredits` of its own.';

  static readonly facts: FactsOf<PriceOutOfRange> = {
    meter: METER,
    price: {
      type: 'string',
      description: 'What the usage up to this meter would cost, in credits.',
      examples: ['1000000000000'],
    },
    maxCredits: {
      type: 'integer',
      description: 'The most credits that one request may move.',
      examples: [MAX_REQUEST_CREDITS],
    },
  };

  constructor(override readonly facts: { meter: string; price: string; maxCredits: number }) {
    super();
  }

  get detail(): string {
    return `With ${this.facts.meter} it would cost ${this.facts.price} credits.`;
  }
}

export const ratingProblems: readonly ProblemClass[] = [
  MeterNotFound,
  RateNotFound,
  RateAmbiguous,
  RateTooEarly,
  RateInstantTaken,
  RateTooFine,
  UsageNotPriced,
  PriceOutOfRange,
];
