import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  ApiOkResponse,
  ApiProperty,
  ApiSchema,
  DocumentBuilder,
  type OpenAPIObject,
  SwaggerModule,
} from '@nestjs/swagger';
import { RUNTIME, type Runtime } from '../../config/config.module.js';
import type { ProblemClass } from '../../kernel/problem.js';
import { PROBLEMS } from '../problems/api-problems.js';
import { ANSWER_HEADERS } from './answer-headers.js';
import { describeOperations } from './operations.js';
import { PROBLEM_SCHEMA, problemSchema, schemaNameOf } from './problem-schemas.js';
import { nameSchemas } from './schema-names.js';
import { polishSchemas } from './schemas.js';
import { DESCRIBED_EVENTS, type DescribedEvents, describeWebhooks, modelsOf } from './webhooks.js';

type Components = NonNullable<OpenAPIObject['components']>;

/** The chapters of the description, in the order of the page. */
const TAGS = {
  Accounts: 'Whoever owns credits',
  Checkout: 'Selling packs, and the orders that come of it',
  Spends: 'Credits taken for something the app did',
  Holds: 'Credits put aside for a job that still runs',
  Metering: 'What is counted, what it costs, and what it would',
  Reports: 'What was used, and what it was worth',
  Ledger: 'Balances, entries and statements',
  Grants: 'Credits given, taken back and mended by hand',
  Vouchers: 'Codes that give credits, and who has redeemed them',
  Alerts: 'What is told of credits that run low, or expire',
  Subscriptions: 'Plans that are charged again and again',
  Entitlements: 'What an account may use beside credits',
  Refunds: 'Money given back',
  Disputes: 'Money that banks want back',
  Catalogue: 'What is for sale',
  'API keys': 'Who may call',
  Events: 'What happened, for whoever reads it in order',
  'Webhook endpoints': 'Where events are sent to, and what became of each',
  Inbox: 'Events of Stripe, and what became of them',
  Reconciliation: 'The books beside what Stripe says',
  Webhooks: 'What Stripe calls',
  'Test clock': 'The time, where it can be moved',
  Health: 'What a load balancer asks',
};

const NEXT_CURSOR = 'Sent as `cursor`, it gets the next page; null on the last.';

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

/**
 * The description of all routes, as OpenAPI 3.1. Every operation answers a problem where it does not answer what was
 * asked for.
 */
export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Scrip')
    .setVersion('1')
    .setDescription(
      'Credits and top-up metering. Credits and money (`…Minor`) are integers, times are RFC 3339 in UTC, errors ' +
        'are `application/problem+json` (a page for a browser that asks for one). Send your key as ' +
        '`Authorization: Bearer sk_…`. [The first page](/) has a walk to try, and [the problems](/problems) ' +
        'explain every refusal.',
    )
    .addServer(app.get<Runtime>(RUNTIME, { strict: false }).publicUrl)
    .addSecurity('key', {
      type: 'http',
      scheme: 'bearer',
      description: 'A secret key of Scrip, which begins with sk_.',
    })
    .addSecurityRequirements('key');
  for (const [tag, description] of Object.entries(TAGS)) builder.addTag(tag, description);
  const events = app.get<DescribedEvents>(DESCRIBED_EVENTS, { strict: false });
  const document = SwaggerModule.createDocument(app, builder.build(), { extraModels: modelsOf(events) });
  const problems = describeOperations(document, app.get<readonly ProblemClass[]>(PROBLEMS, { strict: false }));
  const schemas = Object.fromEntries(problems.map((problem) => [schemaNameOf(problem), problemSchema(problem)]));
  document.components = {
    ...document.components,
    headers: ANSWER_HEADERS as Components['headers'],
    schemas: { ...document.components?.schemas, Problem: PROBLEM_SCHEMA, ...schemas } as Components['schemas'],
  };
  describeWebhooks(document, events);
  polishSchemas(document);
  nameSchemas(document);
  return document;
}

/** The route answers one page of a list of `item`, as a schema that is named after it, such as `AccountList`. */
export function ApiPageResponse(item: Type): MethodDecorator {
  return ApiOkResponse({ type: listOf(item) });
}

const lists = new Map<Type, Type>();

function listOf(item: Type): Type {
  const known = lists.get(item);
  if (known !== undefined) return known;
  class List {}
  ApiSchema({ name: `${item.name.replace(/Answer$/, '')}List` })(List);
  ApiProperty({ type: [item], description: 'The items of this page.' })(List.prototype, 'data');
  ApiProperty({ type: String, nullable: true, description: NEXT_CURSOR })(List.prototype, 'nextCursor');
  lists.set(item, List);
  return List;
}
