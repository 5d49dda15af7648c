import { type FactsOf, Problem, type ProblemClass } from '../../kernel/problem.js';

/** Where one value of a request is, as a JSON pointer (RFC 6901), and what is allowed there. */
export interface FieldError {
  pointer: string;
  detail: string;
  /** The part of the request that the pointer is into; the body when absent. */
  in?: 'path' | 'query' | 'header';
}

const FIELD_ERROR_SCHEMA = {
  type: 'object',
  required: ['pointer', 'detail'],
  properties: {
    pointer: {
      type: 'string',
      description: 'Where the value is, as a JSON pointer (RFC 6901); empty for the whole.',
      examples: ['/amount'],
    },
    detail: {
      type: 'string',
      description: 'What is allowed there.',
      examples: ['must be a whole number from 1 to 900000000000'],
    },
    in: {
      type: 'string',
      enum: ['path', 'query', 'header'],
      description: 'The part of the request that the pointer is into; the body when absent.',
    },
  },
};

/** All of them are in `errors`; the sentence for people names the first few. */
const ERRORS_IN_DETAIL = 3;

export class ValidationFailed extends Problem {
  static readonly type = 'validation-failed';
  static readonly status = 400;
  static readonly title = 'Invalid request';
  static readonly remedy =
    'Each member of `errors` points at one value and says what is allowed there. Nothing was written; correct the ' +
    'request and send it again.';

  static readonly facts: FactsOf<ValidationFailed> = {
    errors: {
      type: 'array',
      description: 'One for each value that is not allowed, a hundred at most.',
      items: FIELD_ERROR_SCHEMA,
      examples: [[{ pointer: '/amount', detail: 'must be a whole number from 1 to 900000000000' }]],
    },
  };

  constructor(override readonly facts: { errors: FieldError[] }) {
    super();
  }

  static at(pointer: string, detail: string, part?: FieldError['in']): ValidationFailed {
    return new ValidationFailed({ errors: [part === undefined ? { pointer, detail } : { pointer, detail, in: part }] });
  }

  get detail(): string {
    const { errors } = this.facts;
    if (errors.length === 0) return 'The request is not valid.';
    const named = errors.slice(0, ERRORS_IN_DETAIL).map((error) => {
      const where = error.pointer === '' ? `The ${error.in ?? 'body'}` : error.pointer;
      return `${where} ${error.detail}`;
    });
    const others = errors.length - named.length;
    return `${named.join('; ')}${others > 0 ? `; and ${others} more` : ''}.`;
  }
}

export class MalformedJson extends Problem {
  static readonly type = 'malformed-json';
  static readonly status = 400;
  static readonly title = 'Malformed JSON';
  static readonly remedy = 'Send one JSON value (RFC 8259) in UTF-8, with the header `Content-Type: application/json`.';

  constructor(private readonly reason = 'could not be read as JSON') {
    super();
  }

  get detail(): string {
    return `The body ${this.reason}.`;
  }
}

export class MalformedUrl extends Problem {
  static readonly type = 'malformed-url';
  static readonly status = 400;
  static readonly title = 'Malformed address';
  static readonly remedy =
    'Percent-encode the address (RFC 3986): a `%` is followed by two hexadecimal digits of UTF-8.';

  get detail(): string {
    return 'The path or the query holds an invalid percent-encoding.';
  }
}

export class MalformedRequest extends Problem {
  static readonly type = 'malformed-request';
  static readonly status = 400;
  static readonly title = 'Malformed HTTP request';
  static readonly remedy =
    'Check the request line, the headers and the `Content-Length`; an HTTP client library gets them right.';

  constructor(private readonly reason = 'could not be read as HTTP') {
    super();
  }

  get detail(): string {
    return `The request ${this.reason}.`;
  }
}

export class UnmetExpectation extends Problem {
  static readonly type = 'unmet-expectation';
  static readonly status = 417;
  static readonly title = 'Unmet expectation';
  static readonly remedy = 'Send the request without the header `Expect`, or with `Expect: 100-continue`.';

  get detail(): string {
    return 'The header Expect asks for something else than 100-continue.';
  }
}

export class RequestTimeout extends Problem {
  static readonly type = 'request-timeout';
  static readonly status = 408;
  static readonly title = 'Request too slow';
  static readonly remedy = 'Send the request again; with the same `Idempotency-Key` it is applied once.';

  get detail(): string {
    return 'The request was not received in time.';
  }
}

export class PayloadTooLarge extends Problem {
  static readonly type = 'payload-too-large';
  static readonly status = 413;
  static readonly title = 'Body too large';
  static readonly remedy = 'Keep a body within the limit: send fewer items per request.';

  static readonly facts: FactsOf<PayloadTooLarge> = {
    maxBytes: { type: 'integer', description: 'The largest body that is read, in bytes.', examples: [1_048_576] },
  };

  constructor(override readonly facts: { maxBytes: number }) {
    super();
  }

  get detail(): string {
    return `A body may hold at most ${this.facts.maxBytes} bytes.`;
  }
}

export class UnsupportedMediaType extends Problem {
  static readonly type = 'unsupported-media-type';
  static readonly status = 415;
  static readonly title = 'Unsupported content type';
  static readonly remedy =
    'Send the body as JSON in UTF-8, with the header `Content-Type: application/json` and without `Content-Encoding`.';

  constructor(private readonly rule = 'must be JSON: send the header Content-Type: application/json') {
    super();
  }

  get detail(): string {
    return `The body ${this.rule}.`;
  }
}

export class HeadersTooLarge extends Problem {
  static readonly type = 'headers-too-large';
  static readonly status = 431;
  static readonly title = 'Headers too large';
  static readonly remedy = 'Keep the address and all headers together within 16 KiB.';

  get detail(): string {
    return 'The address and the headers together may hold at most 16 KiB.';
  }
}

export class RouteNotFound extends Problem {
  static readonly type = 'route-not-found';
  static readonly status = 404;
  static readonly title = 'No such address';
  static readonly remedy = 'Compare method and path with the pages at `/docs`.';

  constructor(private readonly request: { method: string; path: string }) {
    super();
  }

  get detail(): string {
    return `There is no ${this.request.method} ${this.request.path}.`;
  }
}

export class MethodNotAllowed extends Problem {
  static readonly type = 'method-not-allowed';
  static readonly status = 405;
  static readonly title = 'Method not allowed';
  static readonly remedy = 'The header `Allow` has the methods of this address. Compare with the pages at `/docs`.';
  override readonly headers: Record<string, string>;

  constructor(private readonly request: { method: string; allowed: string[] }) {
    super();
    this.headers = { Allow: request.allowed.join(', ') };
  }

  get detail(): string {
    return `This address does not take ${this.request.method}, but ${this.request.allowed.join(', ')}.`;
  }
}

/** What the framework refuses and no other problem names; the status is the framework's. */
export class RequestRefused extends Problem {
  static readonly type = 'request-refused';
  static readonly status = 400;
  static readonly title = 'Refused request';
  static readonly remedy = 'The status says what was wrong with the request.';

  constructor(private readonly refusal: { status: number; detail: string }) {
    super();
  }

  override get status(): number {
    return this.refusal.status;
  }

  get detail(): string {
    return this.refusal.detail;
  }
}

export class Busy extends Problem {
  static readonly type = 'busy';
  static readonly status = 503;
  static readonly title = 'Busy account';
  static readonly remedy =
    'Other writes held the same rows for too long. Nothing was written; send the request again after the seconds ' +
    'in `Retry-After`.';
  override readonly headers = { 'Retry-After': '1' };

  get detail(): string {
    return 'Other writes held the same rows for too long; nothing was written.';
  }
}

export class DatabaseUnavailable extends Problem {
  static readonly type = 'database-unavailable';
  static readonly status = 503;
  static readonly title = 'Database out of reach';
  static readonly remedy =
    'Send the request again after the seconds in `Retry-After`, with the same `Idempotency-Key`: the key settles ' +
    'whether it was applied before.';
  override readonly headers = { 'Retry-After': '2' };

  get detail(): string {
    return 'The database cannot be reached, or takes no writes, at the moment.';
  }
}

export class ShuttingDown extends Problem {
  static readonly type = 'shutting-down';
  static readonly status = 503;
  static readonly title = 'Service shutting down';
  static readonly remedy = 'Nothing was done. Send the request again; another process, or the next one, answers it.';
  override readonly headers = { 'Retry-After': '2', Connection: 'close' };

  get detail(): string {
    return 'This process takes no new requests.';
  }
}

export class InternalError extends Problem {
  static readonly type = 'internal-error';
  static readonly status = 500;
  static readonly title = 'Fault of the service';
  static readonly remedy =
    'Tell the operator the `requestId`: the log has the cause. With an `Idempotency-Key` the request can safely be ' +
    'sent again.';

  get detail(): string {
    return 'The service failed to answer this request. The log has the cause under the request id.';
  }
}

export const httpProblems: readonly ProblemClass[] = [
  ValidationFailed,
  MalformedJson,
  MalformedUrl,
  MalformedRequest,
  UnmetExpectation,
  RequestTimeout,
  PayloadTooLarge,
  UnsupportedMediaType,
  HeadersTooLarge,
  RouteNotFound,
  MethodNotAllowed,
  RequestRefused,
  Busy,
  DatabaseUnavailable,
  ShuttingDown,
  InternalError,
];
