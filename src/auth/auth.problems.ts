import { Problem, type ProblemClass } from '../kernel/problem.js';
import type { Scope } from './scopes.js';

export class Unauthorized extends Problem {
  static readonly type = 'unauthorized';
  static readonly status = 401;
  static readonly title = 'A valid key is required';
  static readonly remedy =
    'Send a secret key of Scrip that is not revoked, as `Authorization: Bearer sk_…`. Keys are made with `POST /v1/api-keys`.';
  override readonly headers = { 'WWW-Authenticate': 'Bearer' };

  get detail(): string {
    return 'The header Authorization does not hold a valid key.';
  }
}

export class InsufficientScope extends Problem {
  static readonly type = 'insufficient-scope';
  static readonly status = 403;
  static readonly title = 'The key may not do this';
  static readonly remedy = 'Use a key that holds `requiredScope`, or `admin`, which includes every scope.';

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
  static readonly title = 'There is no such key';
  static readonly remedy = 'List the keys with `GET /v1/api-keys`; the id begins with `key_` and is not the secret.';

  constructor(override readonly facts: { keyId: string }) {
    super();
  }

  get detail(): string {
    return 'There is no API key with this id.';
  }
}

export const authProblems: readonly ProblemClass[] = [Unauthorized, InsufficientScope, ApiKeyNotFound];
