import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { ProblemClass } from '../kernel/problem.js';

export const PROBLEM_REF = { $ref: '#/components/schemas/Problem' };

/** The route answers these problems, besides those that every route does. */
export function ApiProblems(...problems: ProblemClass[]): MethodDecorator {
  const byStatus = Map.groupBy(problems, ({ status }) => status);
  return applyDecorators(...[...byStatus].map(([status, those]) => ApiResponse(responseOf(status, those))));
}

function responseOf(status: number, problems: ProblemClass[]) {
  return {
    status,
    description: problems.map(({ type, title }) => `${title} ([${type}](/problems/${type}))`).join('; '),
    content: {
      'application/problem+json': {
        schema: PROBLEM_REF,
        examples: Object.fromEntries(problems.map((problem) => [problem.type, { value: exampleOf(problem) }])),
      },
    },
  };
}

function exampleOf({ type, title, status }: ProblemClass) {
  const detail = 'A sentence about this very request.';
  return { type: `/problems/${type}`, title, status, detail, requestId: 'req_01kbhe5m8f6q0000000000000a' };
}
