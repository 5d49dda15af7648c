import { type FactsOf, Problem, type ProblemClass } from '../../kernel/problem.js';

export class StripeUnavailable extends Problem {
  static readonly type = 'stripe-unavailable';
  static readonly status = 503;
  static readonly title = 'Stripe out of reach';
  static readonly remedy =
    'Whether Stripe did what was asked is unknown. Send the same request with the same `Idempotency-Key` after the ' +
    'seconds in `Retry-After`: it continues what was begun and never does it twice.';
  override readonly headers: Record<string, string>;

  constructor(
    retryAfterSeconds: number,
    /**
     * Whether Stripe keeps this fault under the idempotency key: asking again with the same one is no use for a day.
     */
    readonly isKept = false,
  ) {
    super();
    this.headers = { 'Retry-After': String(retryAfterSeconds) };
  }

  get detail(): string {
    return 'Stripe did not answer, or asked to be left alone for a moment.';
  }
}

const STATUS_OF_REFUSED = { request: 409, payment: 402, configuration: 502 } as const;

export class StripeRefused extends Problem {
  static readonly type = 'stripe-refused';
  static readonly status = 409;
  static readonly statuses = Object.values(STATUS_OF_REFUSED);
  static readonly title = 'Refusal by Stripe';
  static readonly remedy =
    'Nothing was done. `stripeCode` is explained at https://docs.stripe.com/error-codes, and `stripeRequestId` ' +
    'finds the request in the logs of the Stripe dashboard. With the status 402 it is a payment that was ' +
    'declined. With the status 502 it is the configuration that Stripe refuses: check `STRIPE_SECRET_KEY` and ' +
    'what it may do.';

  static readonly facts: FactsOf<StripeRefused> = {
    stripeCode: { type: 'string', description: "Stripe's own code of the refusal.", examples: ['resource_missing'] },
    stripeParam: {
      type: ['string', 'null'],
      description: 'The parameter that Stripe names; null when it names none.',
      examples: ['customer'],
    },
    stripeRequestId: {
      type: ['string', 'null'],
      description: 'Finds the request in the logs of the Stripe dashboard; null when Stripe gave none.',
      examples: ['req_1Tb2QmA'],
    },
  };

  constructor(
    override readonly facts: { stripeCode: string; stripeParam: string | null; stripeRequestId: string | null },
    private readonly refused: 'request' | 'payment' | 'configuration' = 'request',
  ) {
    super();
  }

  override get status(): number {
    return STATUS_OF_REFUSED[this.refused];
  }

  /** Whether it was the payment that was declined. */
  get isOfPayment(): boolean {
    return this.refused === 'payment';
  }

  /** Whether it was the key that was refused, or what the key may do, and nothing of the request itself. */
  get isOfConfiguration(): boolean {
    return this.refused === 'configuration';
  }

  get detail(): string {
    return `Stripe refused the ${this.refused} (${this.facts.stripeCode}).`;
  }

  /** Whether it was refused because of this parameter, such as a customer that is no longer there. */
  isAbout(parameter: string): boolean {
    return this.facts.stripeParam?.startsWith(parameter) ?? false;
  }
}

/** What can be wrong with a signature. Each has its own advice; none of them says anything of the secret. */
export type SignatureFault = 'missing' | 'mismatch' | 'stale';

const ADVICE: Record<SignatureFault, string> = {
  missing: 'The header Stripe-Signature is missing, or is not one of Stripe.',
  mismatch:
    'No signature matches this body. Check that STRIPE_WEBHOOK_SECRETS holds the signing secret of this very ' +
    'endpoint, and that nothing on the way parses the body and writes it anew.',
  stale: 'The signature is too old. Check the clock of this machine; Stripe signs every attempt anew.',
};

export class InvalidSignature extends Problem {
  static readonly type = 'invalid-signature';
  static readonly status = 400;
  static readonly title = 'Invalid signature';
  static readonly remedy =
    'Only Stripe can call this address. When it was Stripe, compare the signing secret of the endpoint in its ' +
    'dashboard with `STRIPE_WEBHOOK_SECRETS`, and let no proxy change the body.';

  constructor(private readonly fault: SignatureFault) {
    super();
  }

  get detail(): string {
    return ADVICE[this.fault];
  }
}

export class MalformedEvent extends Problem {
  static readonly type = 'malformed-event';
  static readonly status = 400;
  static readonly title = 'Malformed event';
  static readonly remedy =
    'The signature is valid, and what was signed is no event of the kind that this address takes. Let the endpoint ' +
    'send snapshot events, not thin ones; when something else signs with this secret, it must send the events ' +
    'of Stripe as they are.';

  get detail(): string {
    return 'The body is not an event with `id`, `type`, `created`, `livemode` and `data.object`.';
  }
}

export class WrongMode extends Problem {
  static readonly type = 'wrong-mode';
  static readonly status = 400;
  static readonly title = 'Event of the other mode';
  static readonly remedy =
    'A test key takes test events and a live key live events. Point the endpoint of the other mode at the service ' +
    'that holds the other key.';

  static readonly facts: FactsOf<WrongMode> = {
    eventLivemode: { type: 'boolean', description: 'Whether it is an event of live mode.', examples: [false] },
    keyLivemode: { type: 'boolean', description: 'Whether the service holds a live key of Stripe.', examples: [true] },
  };

  constructor(override readonly facts: { eventLivemode: boolean; keyLivemode: boolean }) {
    super();
  }

  get detail(): string {
    const mode = (live: boolean) => (live ? 'live' : 'test');
    return (
      `This is a ${mode(this.facts.eventLivemode)} event, and the service holds a ${mode(this.facts.keyLivemode)} ` +
      'key.'
    );
  }
}

export class UnexpectedAccount extends Problem {
  static readonly type = 'unexpected-account';
  static readonly status = 400;
  static readonly title = 'Event of another Stripe account';
  static readonly remedy =
    'The service sells for its own account and not for connected ones. Let the endpoint listen to events of your ' +
    'account only.';

  get detail(): string {
    return 'The event belongs to a connected account.';
  }
}

export const stripeProblems: readonly ProblemClass[] = [
  StripeUnavailable,
  StripeRefused,
  InvalidSignature,
  MalformedEvent,
  WrongMode,
  UnexpectedAccount,
];
