import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';

const REQUEST_ID_PATTERN = /^[\w.-]{1,64}$/;

/** The caller's `X-Request-Id` when it is safe to log and to send back, else a new one. */
export function requestIdOf(request: IncomingMessage, clock: Clock): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID_PATTERN.test(given) ? given : newId('req', clock.now());
}
