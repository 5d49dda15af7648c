import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { IS_PUBLIC } from '../http/server/public.js';
import { InsufficientScope, TooManyWrongKeys, Unauthorized } from './auth.problems.js';
import { KeyRing } from './key-ring.js';
import type { Principal } from './principal.js';
import { REQUIRED_SCOPE } from './require-scope.js';
import { allows, type Scope } from './scopes.js';
import { isSecretKey } from './secret-key.js';
import { addressOf, WrongKeys } from './wrong-keys.js';

const BEARER = /^Bearer +(\S+)$/i;

/**
 * Lets a request through whose key holds the scope of the route: what `@RequireScope` names, else `read` for a GET and
 * `admin` for a write, so that a route whose scope was forgotten is closed. `@Public()` opens a route to everybody.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  /** What each handler asks for. Reading it off the metadata takes longer than all the rest. */
  private readonly rules = new Map<unknown, Rule>();

  constructor(
    private readonly reflector: Reflector,
    private readonly keys: KeyRing,
    private readonly wrongKeys: WrongKeys,
  ) {}

  /** Decides at once when the key is remembered. @throws Unauthorized, TooManyWrongKeys, InsufficientScope */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const rule = this.ruleOf(context, request.method);
    if (rule === 'public') return true;
    const key = keyOf(request.headers.authorization);
    const remembered = this.keys.remembered(key);
    return remembered === undefined ? this.look(key, rule, request) : admit(remembered, rule, request);
  }

  private async look(key: string, requiredScope: Scope, request: FastifyRequest): Promise<boolean> {
    const principal = isSecretKey(key) ? await this.keys.find(key) : undefined;
    if (principal === undefined) throw this.wrong(request);
    return admit(principal, requiredScope, request);
  }

  /** The key was looked for all the same: whoever shares an address with a program that guesses is let through. */
  private wrong(request: FastifyRequest): Unauthorized | TooManyWrongKeys {
    const retryAfterSeconds = this.wrongKeys.note(addressOf(request));
    return retryAfterSeconds === undefined ? new Unauthorized('unknown') : new TooManyWrongKeys({ retryAfterSeconds });
  }

  private ruleOf(context: ExecutionContext, method: string): Rule {
    const handler = context.getHandler();
    const known = this.rules.get(handler);
    if (known !== undefined) return known;
    const targets = [handler, context.getClass()];
    const rule = this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, targets)
      ? 'public'
      : (this.reflector.getAllAndOverride<Scope | undefined>(REQUIRED_SCOPE, targets) ?? scopeOf(method));
    this.rules.set(handler, rule);
    return rule;
  }
}

type Rule = 'public' | Scope;

/** The key that a request came with. @throws Unauthorized */
function keyOf(authorization: string | undefined): string {
  if (authorization === undefined) throw new Unauthorized('missing');
  const key = BEARER.exec(authorization)?.[1];
  if (key === undefined) throw new Unauthorized('not-bearer');
  return key;
}

/** @throws InsufficientScope */
function admit(principal: Principal, requiredScope: Scope, request: FastifyRequest): true {
  if (!allows(principal.scopes, requiredScope))
    throw new InsufficientScope({ requiredScope, heldScopes: principal.scopes });
  request.principal = principal;
  return true;
}

function scopeOf(method: string): Scope {
  return method === 'GET' || method === 'HEAD' ? 'read' : 'admin';
}
