import type { FastifyReply } from 'fastify';
import type { Problem } from '../../kernel/problem.js';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** The body of RFC 9457: the standard members first, then the facts, which can never replace them. */
export function problemBody(problem: Problem, requestId: string): Record<string, unknown> {
  const standard = {
    type: `/problems/${problem.type}`,
    title: problem.title,
    status: problem.status,
    detail: problem.detail,
    requestId,
  };
  return { ...standard, ...problem.facts, ...standard };
}

/** A problem as text. Amounts are bigints inside and JSON integers outside. */
export function problemJson(problem: Problem, requestId: string): string {
  return JSON.stringify(problemBody(problem, requestId), (_name, value: unknown) =>
    typeof value === 'bigint' ? jsonNumber(value) : value,
  );
}

/** An integer for JSON, as text where it is larger than JSON's numbers are exact. */
export function jsonNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

/** Responds with the problem, its status and its headers. */
export function sendProblem(reply: FastifyReply, problem: Problem, requestId: string): void {
  reply
    .code(problem.status)
    .headers(problem.headers)
    .header('X-Request-Id', requestId)
    .header('Content-Type', PROBLEM_MEDIA_TYPE)
    .header('Cache-Control', 'no-store')
    .send(problemJson(problem, requestId));
}
