import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import canonicalize from 'canonicalize';
import type { FastifyRequest } from 'fastify';
import { documentOn } from '../http/openapi/document-on.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { invariant } from '../kernel/invariant.js';
import { sha256 } from '../kernel/sha-256.js';
import { IdempotencyKeyRequired } from './idempotency.problems.js';

/** Visible ASCII without blanks: Node joins a header that was sent twice with a comma and a blank. */
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** @throws IdempotencyKeyRequired, ValidationFailed */
export function idempotencyKeyOf(request: FastifyRequest, options: { required: true }): string;
export function idempotencyKeyOf(request: FastifyRequest, options: { required: boolean }): string | undefined;
export function idempotencyKeyOf(request: FastifyRequest, { required }: { required: boolean }): string | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) {
    if (required) throw new IdempotencyKeyRequired();
    return undefined;
  }
  if (typeof header !== 'string' || !IDEMPOTENCY_KEY.test(header))
    throw ValidationFailed.at(
      '/Idempotency-Key',
      'must be sent once, with 1 to 255 visible characters and no blanks',
      'header',
    );
  return header;
}

const readKey = createParamDecorator((options: { required: boolean }, context: ExecutionContext) =>
  idempotencyKeyOf(context.switchToHttp().getRequest<FastifyRequest>(), options),
);

/**
 * The header `Idempotency-Key`: a string, or undefined where it is not required and was not sent.
 * Throws IdempotencyKeyRequired and ValidationFailed.
 */
export function IdempotencyKey(options: { required: boolean }): ParameterDecorator {
  return (target, method, index) => {
    readKey(options)(target, method, index);
    documentOn(target, method, ApiIdempotencyKey(options));
  };
}

/** Documents the header on a route that reads it by itself. */
export function ApiIdempotencyKey({ required }: { required: boolean }): MethodDecorator {
  return ApiHeader({
    name: 'Idempotency-Key',
    required,
    description:
      'Names this operation in your system; every account has its own keys. Sent again, it gets the first answer ' +
      'and `Idempotency-Replayed: true`.',
    schema: { type: 'string', minLength: 1, maxLength: 255, example: 'job-42' },
  });
}

/** A request that may carry a key. */
export interface IdempotentRequest {
  /** The account that the write concerns, or '' for a write of no account: keys are scoped to it. */
  accountId: string;
  key: string | undefined;
  /** See `fingerprintOf`. */
  fingerprint: Buffer;
}

/** The key of a request as it is stored. */
export interface RequestKey {
  accountId: string;
  /** See `keyDigest`. */
  digest: Buffer;
  /** See `fingerprintOf`. */
  fingerprint: Buffer;
}

/** Undefined for a request without a key. */
export function requestKeyOf({ accountId, key, fingerprint }: IdempotentRequest): RequestKey | undefined {
  return key === undefined ? undefined : { accountId, digest: keyDigest(accountId, key), fingerprint };
}

/** What a row keeps of the key that it is made with. */
export function keyOfRow(key: RequestKey | undefined): {
  idempotencyDigest: Buffer | null;
  idempotencyFingerprint: Buffer | null;
} {
  return { idempotencyDigest: key?.digest ?? null, idempotencyFingerprint: key?.fingerprint ?? null };
}

/** What a key is stored under: the first 16 bytes of SHA-256 over account and key. */
export function keyDigest(accountId: string, key: string): Buffer {
  return sha256(`${accountId}\0${key}`).subarray(0, 16);
}

/**
 * What tells two requests with the same key apart: SHA-256 over the route with its ids, such as
 * `PUT /v1/accounts/ada`, and the RFC 8785 JSON of the validated body.
 */
export function fingerprintOf(route: string, body: unknown): Buffer {
  const json = canonicalize(body);
  invariant(json !== undefined, 'a request without a body has the fingerprint of an empty object');
  return sha256(`${route}\0${json}`);
}
