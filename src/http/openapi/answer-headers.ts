type Headers = Record<string, { $ref: string }>;

/** The headers of answers, by the name that they have among the components. */
export const ANSWER_HEADERS = {
  RequestId: {
    description: 'The id of the request, under which the log has it. Your own `X-Request-Id` when you sent one.',
    required: true,
    schema: { type: 'string', examples: ['req_01kbhe5m8f6q0000000000000a'] },
  },
  IdempotencyReplayed: {
    description: 'There when the key was used before: the answer is the one that was given then.',
    schema: { type: 'string', enum: ['true'] },
  },
  RetryAfter: {
    description: 'After how many seconds the same request may be sent again.',
    required: true,
    schema: { type: 'integer', minimum: 0, examples: [2] },
  },
  WwwAuthenticate: {
    description: 'How a key is sent.',
    required: true,
    schema: { type: 'string', examples: ['Bearer'] },
  },
  Allow: {
    description: 'Of 405: the methods that this address takes.',
    schema: { type: 'string', examples: ['GET, HEAD, PUT'] },
  },
};

/** Which headers an answer of this status has. */
export function headersOf(status: number | 'default', { isKeyed = false } = {}): Headers {
  return {
    'X-Request-Id': ref('RequestId'),
    ...(isKeyed ? { 'Idempotency-Replayed': ref('IdempotencyReplayed') } : {}),
    ...(status === 401 ? { 'WWW-Authenticate': ref('WwwAuthenticate') } : {}),
    ...(status === 429 || status === 503 ? { 'Retry-After': ref('RetryAfter') } : {}),
    ...(status === 'default' ? { Allow: ref('Allow') } : {}),
  };
}

function ref(name: keyof typeof ANSWER_HEADERS): { $ref: string } {
  return { $ref: `#/components/headers/${name}` };
}
