import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { invariant } from '../kernel/invariant.js';
import type { Scope } from './scopes.js';

/** Who calls: the key that a request came with. */
export interface Principal {
  readonly keyId: string;
  readonly scopes: readonly Scope[];
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard on every route that is not public. */
    principal?: Principal;
  }
}

/** The parameter takes the caller, on routes that are not public. */
export const Caller = createParamDecorator((_: undefined, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  invariant(principal !== undefined, 'a public route has no caller');
  return principal;
});
