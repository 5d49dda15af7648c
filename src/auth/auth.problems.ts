import { type FactsOf, Problem, type ProblemClass } from '../kernel/problem.js';
import { SCOPES, type Scope } from './scopes.js';

/** Why a request came without a key that counts. A key that never was and one that was revoked are not told apart. */
export type KeyFault = 'missing' | 'not-bearer' | 'unknown';

const KEY_ADVICE: Record<KeyFault, string> = {
  missing: 'The header Authorization is missing.',
  'not-bearer': 'The header Authorization does not have the form Bearer, a blank, and the key.',
  unknown: 'The key in the header Authorization is unknown or was revoked.',
};

export class Unauthorized extends Problem {
  static readonly type = 'unauthorized';
  static readonly status = 401;
  static readonly title = 'No valid key';
  static readonly remedy =
    'Send a secret key of Scrip that is not revoked, as `Authorization: Bearer sk_…`. The first key is ' +
    '`SCRIP_BOOTSTRAP_KEY`, or told by `npm run scrip -- key`; more are made with `POST /v1/api-keys`.';
  override readonly headers = { 'WWW-Authenticate': 'Bearer' };

  constructor(private readonly fault: KeyFault) {
    super();
  }

  get detail(): string {
    return KEY_ADVICE[this.fault];
  }
}

export class TooManyWrongKeys extends Problem {
  static readonly type = 'too-many-wrong-keys';
  static readonly status = 429;
  static readonly title = 'Too many wrong keys';
  static readonly remedy =
    'Your network address has sent more than ten wrong keys within a minute. Look for the program that still has ' +
    'an old key; a right key is let through at any time.';
  static readonly facts: FactsOf<TooManyWrongKeys> = {
    retryAfterSeconds: {
      type: 'integer',
      description: 'After how many seconds the next wrong key is heard.',
      examples: [42],
    },
  };
  override readonly headers: Record<string, string>;

  constructor(override readonly facts: { retryAfterSeconds: number }) {
    super();
    this.headers = { 'Retry-After': `${facts.retryAfterSeconds}` };
  }

  get detail(): string {
    return (
      'The key in the header Authorization is wrong, as were those before it; the next that is wrong is heard again ' +
      `in ${this.facts.retryAfterSeconds} seconds.`
    );
  }
}

export class InsufficientScope extends Problem {
  static readonly type = 'insufficient-scope';
  static readonly status = 403;
  static readonly title = 'Key without the scope';
  static readonly remedy = 'Use a key that holds `requiredScope`, or `admin`, which includes every scope.';

  static readonly facts: FactsOf<InsufficientScope> = {
    requiredScope: { type: 'string', enum: SCOPES, description: 'The scope that is missing.', examples: ['admin'] },
    heldScopes: {
      type: 'array',
      items: { type: 'string', enum: SCOPES },
      description: 'The scopes that the key holds.',
      examples: [['read']],
    },
  };

  constructor(override readonly facts: { requiredScope: Scope; heldScopes: readonly Scope[] }) {
    super();
  }

  get detail(): string {
    return `This needs the scope ${this.facts.requiredScope}; the key holds ${this.facts.heldScopes.join(', ')}.`;
  }
}

export class ApiKeyNotFound extends Problem {
  static readonly type = 'api-key-not-found';
  static readonly status = 404;
  static readonly title = 'No such key';
  static readonly remedy = 'List the keys with `GET /v1/api-keys`; the id begins with `key_` and is not the secret.';

  static readonly facts: FactsOf<ApiKeyNotFound> = {
    keyId: { type: 'string', description: 'The id that was asked for.', examples: ['key_01kbhe5m8f6q0000000000000a'] },
  };

  constructor(override readonly facts: { keyId: string }) {
    super();
  }

  get detail(): string {
    return 'There is no API key with this id.';
  }
}

export const authProblems: readonly ProblemClass[] = [
  Unauthorized,
  TooManyWrongKeys,
  InsufficientScope,
  ApiKeyNotFound,
];
