import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../../kernel/problem.js';
import { allowedMethods } from '../server/allowed-methods.js';
import { MalformedRequest, MethodNotAllowed, RouteNotFound } from './http.problems.js';
import { sendProblem } from './problem-answer.js';
import { problemOf } from './problem-of.js';
import { sendProblemPage, wantsPage } from './problem-page.js';

/**
 * Sends every error as `application/problem+json`, and as a page to a person with a browser. Faults of the service
 * are logged, with their cause.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = methodProblemOf(request, problemAt(request, error));
    if (problem.status >= 500) this.logger.error(error);
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    if (wantsPage(request)) sendProblemPage(reply, problem, { id: request.id, path: pathOf(request.url) });
    else sendProblem(reply, problem, request.id);
  }
}

/** A request whose caller has gone before all of it was there is no fault of the service, and nobody hears of it. */
function problemAt(request: FastifyRequest, error: unknown): Problem {
  if (error instanceof Error && error === request.raw.errored)
    return new MalformedRequest('ended before all of its body was there');
  return problemOf(error, { method: request.method, path: pathOf(request.url) });
}

/** An address that is there for other methods is not one that nobody knows. */
function methodProblemOf({ method, url, server }: FastifyRequest, problem: Problem): Problem {
  if (!(problem instanceof RouteNotFound)) return problem;
  const allowed = allowedMethods(server, pathOf(url));
  return allowed.length === 0 || allowed.includes(method) ? problem : new MethodNotAllowed({ method, allowed });
}

/** The address without its query, which may hold secrets. */
export function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}
