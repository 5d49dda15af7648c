import { ApiExtension } from '@nestjs/swagger';
import type { ProblemClass } from '../../kernel/problem.js';

/** The problem classes of all rooms. */
export const PROBLEMS = Symbol('PROBLEMS');

/** Under this name a route keeps the types of its problems until its answers are described. */
export const PROBLEMS_EXTENSION = 'x-problems';

/** The route answers these problems, besides those that every route of its kind does. */
export function ApiProblems(...problems: ProblemClass[]): MethodDecorator {
  return ApiExtension(
    PROBLEMS_EXTENSION,
    problems.map(({ type }) => type),
  );
}
