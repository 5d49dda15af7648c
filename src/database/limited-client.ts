import { AsyncLocalStorage } from 'node:async_hooks';
import { requestContext } from '../kernel/request-context.js';
import { RenewedClient } from './renewed-client.js';

/** How long a request waits for the database in all, so that its caller hears within five seconds. */
const REQUEST_LIMIT_MS = 4_600;
/**
 * A request that has less left has waited for somebody else than the database, such as Stripe: it begins anew with
 * this.
 */
const LEAST_LEFT_MS = 500;
const SECOND_LIMIT_MS = 2_000;
/** How long a statement of background work may take. One that takes longer has lost its server. */
const BACKGROUND_LIMIT_MS = 15_000;

const longer = new AsyncLocalStorage<number>();

/** Runs background work of which each statement may take so long. */
export function withStatementLimit<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  return longer.run(limitMs, work);
}

/** Runs background work that may take as long as it likes, such as a proof of all books. */
export function withoutTimeLimit<T>(work: () => Promise<T>): Promise<T> {
  return withStatementLimit(0, work);
}

/** In milliseconds; 0 for no limit. */
function limitMs(): number {
  const request = requestContext.getStore();
  if (request !== undefined) {
    const left = REQUEST_LIMIT_MS - (performance.now() - request.sinceMs);
    return left < LEAST_LEFT_MS ? SECOND_LIMIT_MS : Math.ceil(left);
  }
  return longer.getStore() ?? BACKGROUND_LIMIT_MS;
}

/**
 * A connection that ends when a statement is not answered in time: the server hangs, or the way to it is gone, which no
 * limit of the server's own can tell. All that was sent behind that statement fails with it.
 */
export class LimitedClient extends RenewedClient {
  // biome-ignore lint/suspicious/noExplicitAny: the driver's method has a dozen forms, of which none is changed
  override query = (...given: any[]): any => {
    // The driver reads it for each statement when it takes it.
    const { connectionParameters } = this as unknown as { connectionParameters: { query_timeout: number } };
    connectionParameters.query_timeout = limitMs();
    return (RenewedClient.prototype.query as (...all: unknown[]) => unknown).apply(this, given);
  };
}
