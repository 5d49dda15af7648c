import { AsyncLocalStorage } from 'node:async_hooks';

interface RequestContext {
  readonly requestId: string;
  /** When it came, on the clock of `performance.now`: its caller is answered some seconds later, well or not. */
  readonly sinceMs: number;
}

/**
 * Which request the running code belongs to, so that every log line can name it, and nothing makes it wait for long.
 */
export const requestContext = new AsyncLocalStorage<RequestContext>();

/** Runs what belongs to no request, and is subject to no request's limit of time, wherever it is begun. */
export const outsideRequests = AsyncLocalStorage.snapshot();
