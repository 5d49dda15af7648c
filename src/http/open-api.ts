import { applyDecorators, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  ApiExtraModels,
  ApiOkResponse,
  DocumentBuilder,
  getSchemaPath,
  type OpenAPIObject,
  SwaggerModule,
} from '@nestjs/swagger';
import { RUNTIME, type Runtime } from '../config/config.module.js';
import { PROBLEM_REF } from './api-problems.js';
import { nameSchemas } from './open-api/schema-names.js';
import { polishSchemas } from './open-api/schemas.js';
import { PUBLIC_EXTENSION } from './public.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** The chapters of the description, in the order of the page. */
const TAGS = {
  Accounts: 'Whoever owns credits',
  Checkout: 'Selling packs, and the orders that come of it',
  Spends: 'Credits taken for something the app did',
  Holds: 'Credits put aside for a job that still runs',
  Ledger: 'Balances, entries and statements',
  Grants: 'Credits given, taken back and mended by hand',
  Subscriptions: 'Plans that are charged again and again',
  Entitlements: 'What an account may use beside credits',
  Refunds: 'Money given back',
  Disputes: 'Money that banks want back',
  Catalogue: 'What is for sale',
  'API keys': 'Who may call',
  Inbox: 'Events of Stripe, and what became of them',
  Reconciliation: 'The books beside what Stripe says',
  Webhooks: 'What Stripe calls',
  'Test clock': 'The time, where it can be moved',
  Health: 'What a load balancer asks',
};

const PROBLEM_SCHEMA: Schema = {
  type: 'object',
  description: 'RFC 9457. The page under `type` explains the problem; some problems add facts as further members.',
  required: ['type', 'title', 'status', 'detail', 'requestId'],
  properties: {
    type: { type: 'string', example: '/problems/validation-failed' },
    title: { type: 'string', example: 'Invalid request' },
    status: { type: 'integer', example: 400 },
    detail: { type: 'string', example: '/amount must be a whole number from 1 to 900000000000.' },
    requestId: { type: 'string', example: 'req_01kbhe5m8f6q0000000000000a' },
    errors: {
      type: 'array',
      description: 'Only of `validation-failed`.',
      items: {
        type: 'object',
        properties: {
          pointer: { type: 'string', example: '/amount' },
          detail: { type: 'string', example: 'must be a whole number from 1 to 900000000000' },
          in: { type: 'string', enum: ['path', 'query', 'header'], description: 'The body when absent.' },
        },
      },
    },
  },
  additionalProperties: true,
};

/** Serves `/openapi.json`, and `/docs` from files of this machine. */
export function setupOpenApi(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    patchDocumentOnRequest: (request, _reply, document) =>
      isForPage(request) ? { ...document, servers: [{ url: '/' }] } : document,
    raw: ['json'],
    customSiteTitle: 'Scrip API',
    customCss: '.swagger-ui .topbar { display: none }',
    swaggerOptions: { persistAuthorization: true, validatorUrl: null, defaultModelsExpandDepth: -1 },
  });
}

/** The pages under `/docs` call the address at which they were opened; their policy lets them call no other. */
function isForPage(request: unknown): boolean {
  return (request as { url: string }).url.startsWith('/docs');
}

/** The description of all routes, as OpenAPI 3.1. Every operation answers a problem where it does not answer what was asked for. */
export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Scrip')
    .setVersion('1')
    .setDescription(
      'Credits and top-up metering. Credits and money (`…Minor`) are integers, times are RFC 3339 in UTC, errors are `application/problem+json`. Send your key as `Authorization: Bearer sk_…`. [The first page](/) has a walk to try, and [the problems](/problems) explain every refusal.',
    )
    .addServer(app.get<Runtime>(RUNTIME, { strict: false }).publicUrl)
    .addSecurity('key', {
      type: 'http',
      scheme: 'bearer',
      description: 'A secret key of Scrip, which begins with sk_.',
    })
    .addSecurityRequirements('key');
  for (const [tag, description] of Object.entries(TAGS)) builder.addTag(tag, description);
  const document = SwaggerModule.createDocument(app, builder.build());
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: PROBLEM_SCHEMA },
  };
  for (const operation of operationsOf(document)) {
    describeErrors(operation);
    describeAccess(operation);
  }
  polishSchemas(document);
  nameSchemas(document);
  return document;
}

function operationsOf(document: OpenAPIObject): Operation[] {
  return Object.values(document.paths).flatMap((path) => METHODS.flatMap((method) => path[method] ?? []));
}

function describeErrors(operation: Operation): void {
  operation.responses.default ??= {
    description: 'A problem',
    content: { 'application/problem+json': { schema: PROBLEM_REF } },
  };
}

/** Members that decorators of ours leave on an operation; see `@Public()` and `@RequireScope()`. */
type MarkedOperation = Operation & { [PUBLIC_EXTENSION]?: boolean; 'x-required-scope'?: string };

function describeAccess(operation: MarkedOperation): void {
  if (operation[PUBLIC_EXTENSION] === true) {
    delete operation[PUBLIC_EXTENSION];
    operation.security = [];
    return;
  }
  const scope = operation['x-required-scope'] ?? 'read';
  operation['x-required-scope'] = scope;
  operation.description = [operation.description, `Needs the scope \`${scope}\`.`].filter(Boolean).join(' ');
}

/** The route answers one page of a list of `item`. */
export function ApiPageResponse(item: Type): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(item),
    ApiOkResponse({
      schema: {
        type: 'object',
        required: ['data', 'nextCursor'],
        properties: {
          data: { type: 'array', items: { $ref: getSchemaPath(item) } },
          nextCursor: {
            type: ['string', 'null'],
            description: 'Sent as `cursor`, it gets the next page; null on the last.',
          },
        },
      },
    }),
  );
}
