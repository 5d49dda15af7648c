import { setTimeout as pause } from 'node:timers/promises';
import type { Exchange } from '../http/exchange.js';
import { parseForm, type RawParams } from '../http/form.js';
import { reasonOf } from '../log.js';
import { checkParams } from '../params/check.js';
import { inWork } from '../store/ground.js';
import { newId } from '../store/ids.js';
import type { World } from '../world.js';
import { type Answer, answerOf, errorAnswer } from './answer.js';
import { checkSecretKey } from './authorisation.js';
import type { Endpoint } from './endpoints.js';
import { ApiError, invalidRequest, notInSandbox } from './errors.js';
import { type Expansions, expandAnswer } from './expand.js';
import { type FaultEffect, faultError, takeFault } from './faults.js';
import { checkKeyLength, fingerprintOf, isKept, keyInUse, runOnce } from './idempotency.js';
import type { Call } from './resource.js';
import { apiVersion, checkVersion } from './version.js';

/** What stands for an action of Stripe's where otherwise an id does, and is no object's id. */
const WORDS = new Set(['search', 'upcoming', 'create_preview']);

/** Serves Stripe's API: who asks, what is asked, whether it was asked before, the effect, and the answer. */
export class Api {
  private readonly inFlight = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly expansions: Expansions,
  ) {}

  /** Serves a call of an endpoint, or of none that there is. */
  async serve(exchange: Exchange, endpoint: Endpoint | undefined, id: string): Promise<void> {
    const requestId = newId('req', 14);
    const key = exchange.method === 'POST' ? header(exchange, 'idempotency-key') : undefined;
    const mine = key !== undefined && !this.inFlight.has(key);
    if (mine) this.inFlight.add(key);
    try {
      const fault: FaultEffect = {};
      const answer = await this.answer(exchange, { endpoint, id, requestId, key, mine, fault });
      if (fault.delayMs !== undefined)
        await pause(fault.delayMs, undefined, { signal: exchange.gone }).catch(() => undefined);
      const headers = this.headers(requestId, key, answer);
      if (fault.cutAfterEffect) exchange.cut();
      else if (fault.truncateAnswer) exchange.sendHalf(answer.status, headers, answer.body);
      else exchange.send(answer.status, headers, answer.body);
      const sent = fault.cutAfterEffect || fault.truncateAnswer ? 'cut' : answer.status;
      this.world.log({ level: 'info', message: `${exchange.method} ${exchange.path} ${sent}`, requestId });
    } finally {
      if (mine) this.inFlight.delete(key);
    }
  }

  private async answer(exchange: Exchange, asked: Asked): Promise<Answer> {
    try {
      checkSecretKey(exchange.headers.authorization);
      checkVersion(header(exchange, 'stripe-version'));
      Object.assign(asked.fault, await takeFault(this.world.database, exchange.method, exchange.path));
      const { status, when = 'before' } = asked.fault;
      if (status !== undefined && when === 'before') throw faultError(asked.fault);
      const answer = await this.run(exchange, asked);
      return status !== undefined && when === 'after' ? errorAnswer(faultError(asked.fault)) : answer;
    } catch (error) {
      this.logUnknown(error, asked.requestId);
      return errorAnswer(error);
    }
  }

  private async run(exchange: Exchange, asked: Asked): Promise<Answer> {
    const { endpoint, id, requestId, key, mine, fault } = asked;
    if (exchange.headers['stripe-account'] !== undefined) throw notInSandbox('Received a Stripe-Account header.');
    if (endpoint === undefined || !isIdFor(endpoint, id)) throw unrecognised(exchange);
    const raw = parseRequest(exchange);
    if (key !== undefined) checkKeyLength(key);
    if (key !== undefined && !mine) throw keyInUse(key);
    const params = checkParams(raw, endpoint.shape);
    const asker = { id: requestId, idempotency_key: key ?? null };
    return inWork(this.world, asker, async (work) => {
      const effect = () => struck(fault, () => this.effect(endpoint, { work, params, id }, requestId));
      if (key === undefined) return effect();
      const called = `${exchange.method} ${exchange.path}`;
      return runOnce(work, { key, endpoint: called, fingerprint: fingerprintOf(raw) }, effect);
    });
  }

  private async effect({ route }: Endpoint, call: Call<Record<string, unknown>>, requestId: string): Promise<Answer> {
    try {
      const answer = await route.run(call);
      await expandAnswer(call.work, this.expansions, answer, (call.params.expand as string[] | undefined) ?? []);
      return answerOf(answer);
    } catch (error) {
      if (error instanceof ApiError && error.options.keepsEffect) return errorAnswer(error);
      this.logUnknown(error, requestId);
      throw error;
    }
  }

  private headers(requestId: string, key: string | undefined, answer: Answer) {
    return {
      'content-type': 'application/json',
      'request-id': requestId,
      'stripe-version': apiVersion,
      ...(key !== undefined && { 'idempotency-key': key }),
      ...answer.headers,
    };
  }

  private logUnknown(error: unknown, requestId: string): void {
    if (error instanceof ApiError) return;
    const stack = error instanceof Error ? error.stack : undefined;
    this.world.log({ level: 'error', message: `an API call failed: ${reasonOf(error)}`, requestId, stack });
  }
}

interface Asked {
  endpoint: Endpoint | undefined;
  id: string;
  requestId: string;
  key: string | undefined;
  /** Whether this call is the one that holds its idempotency key. */
  mine: boolean;
  /** Filled in when a fault strikes. */
  fault: FaultEffect;
}

/** Runs a call as a fault lets it: not at all, or to an end that is then told wrongly, and kept as it was told. */
async function struck(fault: FaultEffect, run: () => Promise<Answer>): Promise<Answer> {
  if (fault.status !== undefined && fault.when === 'during') throw faultError(fault);
  const answer = await run();
  if (fault.status === undefined || fault.when !== 'after') return answer;
  const error = faultError(fault);
  return isKept(error) ? errorAnswer(error) : answer;
}

/** An endpoint without an id in its path has none. */
const isIdFor = ({ path }: Endpoint, id: string): boolean =>
  path.includes(':id') === (id !== '') && !WORDS.has(id) && !id.includes('\0');

const unrecognised = ({ method, path }: Exchange): ApiError =>
  new ApiError(404, {
    type: 'invalid_request_error',
    message:
      `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at ` +
      'https://support.stripe.com/. (If Stripe itself has it, this sandbox does not do it yet: see ' +
      'sandbox/README.md.)',
  });

function parseRequest({ method, query, body, headers }: Exchange): RawParams {
  if (method === 'POST' && body !== '' && !headers['content-type']?.includes('application/x-www-form-urlencoded')) {
    throw invalidRequest(
      `Invalid request: bodies must be application/x-www-form-urlencoded, not ${headers['content-type'] ?? 'untyped'}.`,
    );
  }
  const params = parseForm(method === 'POST' ? body : query);
  if (params === undefined) throw invalidRequest('Invalid request: a parameter is used as a value and as an object.');
  return params;
}

function header(exchange: Exchange, name: string): string | undefined {
  const value = exchange.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
