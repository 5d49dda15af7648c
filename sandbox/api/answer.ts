import { ApiError, type ErrorBody } from './errors.js';

export interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

/** Indented, as Stripe's own bodies are. */
export const answerOf = (body: object): Answer => ({ status: 200, body: JSON.stringify(body, null, 2) });

export function errorAnswer(error: unknown): Answer {
  if (error instanceof ApiError) return failure(error.status, error.body);
  // The answer would be replayed to the same key, so that trying again is of no use.
  return failure(
    500,
    { type: 'api_error', message: 'An unknown error occurred in the sandbox; its log has the reason.' },
    { 'stripe-should-retry': 'false' },
  );
}

const failure = (status: number, error: ErrorBody, headers: Record<string, string> = {}): Answer => ({
  status,
  body: JSON.stringify({ error }, null, 2),
  headers,
});
