import { HttpException } from '@nestjs/common';
import { isConnectionFault } from '../../database/connection-fault.js';
import { isUnavailable, SqlState, sqlStateOf } from '../../database/sql-state.js';
import { Problem } from '../../kernel/problem.js';
import {
  Busy,
  DatabaseUnavailable,
  InternalError,
  MalformedJson,
  MalformedRequest,
  MalformedUrl,
  PayloadTooLarge,
  RequestRefused,
  RouteNotFound,
  UnsupportedMediaType,
} from './http.problems.js';

/** The largest body that is read: 1 MiB. */
export const MAX_BODY_BYTES = 1_048_576;

/** The problem that stands for any error, whoever threw it. What nobody foresaw becomes an opaque `internal-error`. */
export function problemOf(error: unknown, request: { method: string; path: string }): Problem {
  if (error instanceof Problem) return error;
  return refusalOf(error, request) ?? databaseProblemOf(error) ?? new InternalError();
}

/** What Nest or Fastify refused by themselves, before any code of the service ran. */
function refusalOf(error: unknown, request: { method: string; path: string }): Problem | undefined {
  const cause = error instanceof HttpException ? error.cause : error;
  switch (textOf(cause, 'code')) {
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new MalformedJson();
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new PayloadTooLarge({ maxBytes: MAX_BODY_BYTES });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new UnsupportedMediaType();
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new MalformedRequest();
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_INVALID_URL':
      return new MalformedUrl();
  }
  const status = error instanceof HttpException ? error.getStatus() : statusOfFastify(error);
  if (status === undefined || status < 400 || status >= 500) return undefined;
  // What serves files refuses what is outside of its folder, where there is nothing for anybody.
  if (status === 404 || status === 403) return new RouteNotFound(request);
  return new RequestRefused({ status, detail: error instanceof Error ? error.message : 'The request was refused.' });
}

function databaseProblemOf(error: unknown): Problem | undefined {
  const state = sqlStateOf(error);
  if (
    state === SqlState.lockNotAvailable ||
    state === SqlState.deadlockDetected ||
    state === SqlState.serializationFailure ||
    state === SqlState.queryCanceled
  )
    return new Busy();
  return isUnavailable(error) || isConnectionFault(error) ? new DatabaseUnavailable() : undefined;
}

function statusOfFastify(error: unknown): number | undefined {
  if (!(error instanceof Error) || error.name !== 'FastifyError') return undefined;
  return (error as { statusCode?: number }).statusCode;
}

function textOf(value: unknown, member: 'code'): string | undefined {
  if (typeof value !== 'object' || value === null || !(member in value)) return undefined;
  const text = (value as { code: unknown })[member];
  return typeof text === 'string' ? text : undefined;
}
