import type { OpenAPIObject } from '@nestjs/swagger';
import type { ProblemClass } from '../../kernel/problem.js';
import { PROBLEMS_EXTENSION } from '../problems/api-problems.js';
import { PUBLIC_EXTENSION } from '../server/public.js';
import { headersOf } from './answer-headers.js';
import type { JsonSchema } from './json-schema.js';
import { problemExample, schemaNameOf, statusesOf } from './problem-schemas.js';
import { describeByName } from './words.js';

type PathItem = OpenAPIObject['paths'][string];
/** An operation with what the decorators leave on it: see `@Public()`, `@RequireScope()`, `@ApiProblems()`. */
type Operation = NonNullable<PathItem['get']> & {
  [PUBLIC_EXTENSION]?: boolean;
  [PROBLEMS_EXTENSION]?: string[];
  'x-required-scope'?: string;
};

/** One operation, and where it is. */
interface Route {
  path: string;
  method: string;
  operation: Operation;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

export const SCHEMAS = '#/components/schemas/';

/** Problems that any route may answer. */
const OF_EVERY_ROUTE = ['busy', 'database-unavailable', 'shutting-down', 'internal-error'];
const OF_KEYED_ROUTES = ['unauthorized', 'insufficient-scope', 'too-many-wrong-keys'];
const OF_ROUTES_WITH_INPUT = ['validation-failed', 'malformed-url'];
const OF_WRITES = ['malformed-json', 'payload-too-large', 'unsupported-media-type'];

const OUTCOMES: Record<string, string> = { 200: 'As asked', 201: 'Made', 202: 'Begun' };

/**
 * Completes every operation: who may call it, what it may answer, and whether it needs a body. Returns the problems
 * that any of them names.
 */
export function describeOperations(document: OpenAPIObject, problems: readonly ProblemClass[]): ProblemClass[] {
  const byType = new Map(problems.map((problem) => [problem.type, problem]));
  const named = new Set<ProblemClass>();
  for (const route of routesOf(document)) {
    const isPublic = route.operation[PUBLIC_EXTENSION] === true;
    describeAccess(route.operation, isPublic);
    const types = new Set([...(route.operation[PROBLEMS_EXTENSION] ?? []), ...usualProblemsOf(route, isPublic)]);
    delete route.operation[PROBLEMS_EXTENSION];
    const those = [...types].flatMap((type) => byType.get(type) ?? []);
    for (const problem of those) named.add(problem);
    describeProblems(route.operation, those);
    describeOutcomes(route);
    describeBody(route.operation, document);
    describeParameters(route.operation);
  }
  return [...named];
}

export function routesOf(document: OpenAPIObject): Route[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : { path, method, operation };
    }),
  );
}

function describeAccess(operation: Operation, isPublic: boolean): void {
  if (isPublic) {
    delete operation[PUBLIC_EXTENSION];
    operation.security = [];
    return;
  }
  const scope = operation['x-required-scope'] ?? 'read';
  operation['x-required-scope'] = scope;
  operation.description = [operation.description, `Needs the scope \`${scope}\`.`].filter(Boolean).join(' ');
}

/** What follows from the route itself: its method, its parameters, whether it needs a key. */
function usualProblemsOf({ path, method, operation }: Route, isPublic: boolean): string[] {
  const key = keyParameterOf(operation);
  const hasInput = method !== 'get' || (operation.parameters ?? []).length > 0;
  return [
    ...(hasInput ? OF_ROUTES_WITH_INPUT : []),
    ...(key?.required === true ? ['idempotency-key-required'] : []),
    ...(isPublic ? [] : OF_KEYED_ROUTES),
    ...(/\{accountId\}\//.test(path) ? ['account-not-found'] : []),
    ...(method === 'get' ? [] : OF_WRITES),
    ...(key === undefined ? [] : ['idempotency-key-reused']),
    ...OF_EVERY_ROUTE,
  ];
}

function keyParameterOf({ parameters = [] }: Operation): { required?: boolean } | undefined {
  return parameters.find((parameter) => 'name' in parameter && parameter.name === 'Idempotency-Key') as
    | { required?: boolean }
    | undefined;
}

/** One answer for each status, which has the problems of that status; whatever else may come is a problem too. */
function describeProblems(operation: Operation, problems: ProblemClass[]): void {
  const statuses = [...new Set(problems.flatMap(statusesOf))].sort();
  for (const status of statuses) {
    const those = problems.filter((problem) => statusesOf(problem).includes(status));
    operation.responses[status] = {
      description: those.map(({ type, title }) => `${title} ([${type}](/problems/${type}))`).join('; '),
      headers: headersOf(status),
      content: {
        'application/problem+json': {
          schema: oneOf(those),
          examples: Object.fromEntries(
            those.map((problem) => [problem.type, { value: problemExample(problem, status) }]),
          ),
        },
      },
    };
  }
  operation.responses.default = {
    description: 'Another problem',
    headers: headersOf('default'),
    content: { 'application/problem+json': { schema: { $ref: `${SCHEMAS}Problem` } } },
  };
}

function oneOf(problems: ProblemClass[]): JsonSchema {
  const refs = problems.map((problem) => ({ $ref: SCHEMAS + schemaNameOf(problem) }));
  const [only] = refs.length === 1 ? refs : [];
  if (only !== undefined) return only;
  return {
    oneOf: refs,
    discriminator: {
      propertyName: 'type',
      mapping: Object.fromEntries(
        problems.map((problem) => [`/problems/${problem.type}`, SCHEMAS + schemaNameOf(problem)]),
      ),
    },
  };
}

function describeOutcomes({ operation }: Route): void {
  const isKeyed = keyParameterOf(operation) !== undefined;
  for (const [status, response] of Object.entries(operation.responses)) {
    if (response === undefined || '$ref' in response || !/^[23]/.test(status)) continue;
    response.description ||= OUTCOMES[status] ?? 'As asked';
    response.headers = headersOf(Number(status), { isKeyed });
  }
}

function describeParameters({ parameters = [] }: Operation): void {
  for (const parameter of parameters) if ('name' in parameter) describeByName(parameter.name, parameter);
}

/** A body whose fields may all be left out may be left out itself. */
function describeBody(operation: Operation, document: OpenAPIObject): void {
  const body = operation.requestBody;
  if (body === undefined || '$ref' in body) return;
  const schema = body.content['application/json']?.schema as JsonSchema | undefined;
  const name = schema?.$ref?.slice(SCHEMAS.length) ?? '';
  const named = document.components?.schemas?.[name] as JsonSchema | undefined;
  if (named !== undefined) body.required = (named.required ?? []).length > 0;
}
