import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { IS_PUBLIC } from '../http/public.js';
import { InsufficientScope, Unauthorized } from './auth.problems.js';
import { KeyRing } from './key-ring.js';
import type { Principal } from './principal.js';
import { REQUIRED_SCOPE } from './require-scope.js';
import { allows, type Scope } from './scopes.js';
import { isSecretKey } from './secret-key.js';

const BEARER = /^Bearer +(\S+)$/i;

/**
 * Lets a request through whose key holds the scope of the route: what `@RequireScope` names, else `read` for a GET and
 * `admin` for a write, so that a route whose scope was forgotten is closed. `@Public()` opens a route to everybody.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: KeyRing,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, targets) === true) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = await this.principalOf(request.headers.authorization);
    const requiredScope =
      this.reflector.getAllAndOverride<Scope | undefined>(REQUIRED_SCOPE, targets) ?? scopeOf(request.method);
    if (!allows(principal.scopes, requiredScope))
      throw new InsufficientScope({ requiredScope, heldScopes: principal.scopes });
    request.principal = principal;
    return true;
  }

  /** @throws Unauthorized */
  private async principalOf(authorization: string | undefined): Promise<Principal> {
    if (authorization === undefined) throw new Unauthorized('missing');
    const key = BEARER.exec(authorization)?.[1];
    if (key === undefined) throw new Unauthorized('not-bearer');
    const principal = isSecretKey(key) ? await this.keys.find(key) : undefined;
    if (principal === undefined) throw new Unauthorized('unknown');
    return principal;
  }
}

function scopeOf(method: string): Scope {
  return method === 'GET' || method === 'HEAD' ? 'read' : 'admin';
}
