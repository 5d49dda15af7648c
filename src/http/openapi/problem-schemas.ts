import type { FactSchema, ProblemClass } from '../../kernel/problem.js';
import type { JsonSchema } from './json-schema.js';

const REQUEST_ID = 'req_01kbhe5m8f6q0000000000000a';
const EXAMPLE_DETAIL = 'A sentence about this very request.';

/** What all problems have, for whatever no other schema describes. */
export const PROBLEM_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'RFC 9457. The page under `type` explains the problem; some problems add facts as further members.',
  required: ['type', 'title', 'status', 'detail', 'requestId'],
  properties: {
    ...standardMembers({ type: 'string' }, { type: 'integer' }),
  },
  additionalProperties: true,
};

/** The name of the schema of a problem, such as `InsufficientCreditsProblem` of `insufficient-credits`. */
export function schemaNameOf({ type }: ProblemClass): string {
  const words = type.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Problem`;
}

/** One problem: its type is fixed, and its facts are there. */
export function problemSchema(problem: ProblemClass): JsonSchema {
  const facts = factsOf(problem);
  const statuses = statusesOf(problem);
  return {
    type: 'object',
    description: `${problem.title}. ${problem.remedy}`,
    required: ['type', 'title', 'status', 'detail', 'requestId', ...Object.keys(facts)],
    properties: {
      ...standardMembers(
        { type: 'string', const: `/problems/${problem.type}` },
        { type: 'integer', enum: [...statuses] },
        problem,
      ),
      ...(facts as unknown as Record<string, JsonSchema>),
    },
  };
}

export function statusesOf({ status, statuses }: ProblemClass): readonly number[] {
  return statuses ?? [status];
}

/** An answer as it could be, with every fact. */
export function problemExample(problem: ProblemClass, status: number): object {
  const facts = Object.entries(factsOf(problem)).map(([name, { examples }]) => [name, examples[0]]);
  return {
    type: `/problems/${problem.type}`,
    title: problem.title,
    status,
    detail: EXAMPLE_DETAIL,
    requestId: REQUEST_ID,
    ...Object.fromEntries(facts),
  };
}

function factsOf({ facts = {} }: ProblemClass): Readonly<Record<string, FactSchema>> {
  return facts;
}

function standardMembers(type: JsonSchema, status: JsonSchema, problem?: ProblemClass): Record<string, JsonSchema> {
  return {
    type: { ...type, description: 'Which problem it is, and the address of the page that explains it.' },
    title: {
      type: 'string',
      description: 'What it is in a few words. May be worded anew: compare `type` instead.',
      examples: [problem?.title ?? 'Invalid request'],
    },
    status: { ...status, description: 'The HTTP status of the answer.' },
    detail: {
      type: 'string',
      description: 'A sentence about this very request, for people to read.',
      examples: [EXAMPLE_DETAIL],
    },
    requestId: {
      type: 'string',
      description: 'Under this id the log of the service has the request. The same as the header `X-Request-Id`.',
      examples: [REQUEST_ID],
    },
  };
}
