import { Problem, type ProblemClass } from '../kernel/problem.js';

export class IdempotencyKeyRequired extends Problem {
  static readonly type = 'idempotency-key-required';
  static readonly status = 400;
  static readonly title = 'No idempotency key';
  static readonly remedy =
    'Send the header `Idempotency-Key` with 1 to 255 characters that name this very operation in your system, such ' +
    'as a job id, and send the same key when you try again.';

  get detail(): string {
    return 'This write needs the header Idempotency-Key, so that a repeated request is applied once.';
  }
}

export class IdempotencyKeyReused extends Problem {
  static readonly type = 'idempotency-key-reused';
  static readonly status = 422;
  static readonly title = 'Idempotency key of another request';
  static readonly remedy =
    'A key names one request of its account for ever. Use a new key for a new operation; to repeat the old one, ' +
    'send exactly what was sent first.';

  get detail(): string {
    return 'This Idempotency-Key was used before for this account, with another address or another body.';
  }
}

export const idempotencyProblems: readonly ProblemClass[] = [IdempotencyKeyRequired, IdempotencyKeyReused];
