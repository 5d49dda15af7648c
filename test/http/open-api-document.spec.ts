import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { JsonSchema } from '../../src/http/openapi/json-schema.js';
import { useScrip } from '../support/service/scrip.js';

interface Content {
  schema: JsonSchema;
  examples?: Record<string, { value: unknown }>;
}

interface Operation {
  operationId: string;
  parameters?: { name: string; description?: string }[];
  responses: Record<string, { content?: Record<string, Content> }>;
}

const scrip = useScrip({ PUBLIC_URL: 'https://only-here.example/billing', SANDBOX: 'true' });
// biome-ignore lint/suspicious/noExplicitAny: a document is read in many forms
let document: any;
beforeAll(async () => {
  document = (await scrip.call('GET', '/openapi.json')).body;
});

const operations = (): Operation[] =>
  Object.values<Record<string, Operation>>(document.paths).flatMap((path) => Object.values(path));

it('is a valid document of OpenAPI 3.1', async () => {
  expect(document.openapi).toBe('3.1.0');
  expect(await new Validator().validate(document)).toEqual({ valid: true });
});

it('lets null stand wherever an answer or a request may hold it', () => {
  const { Product, Grant, PutProductRequest, Entitlement, Finding } = document.components.schemas;
  const mayBeNull = [
    ...['interval', 'rollover', 'onPartialRefund', 'fulfilment'].flatMap((name) => [
      Product.properties[name],
      PutProductRequest.properties[name],
    ]),
    Grant.properties.costBasis,
    Entitlement.properties.source,
    Finding.properties.stripe,
    Finding.properties.ledger,
  ];
  for (const { anyOf } of mayBeNull) expect(anyOf).toEqual([{ $ref: expect.anything() }, { type: 'null' }]);
  expect(Product.properties.trialDays.type).toEqual(['integer', 'null']);
  expect(JSON.stringify(document)).not.toMatch(/"nullable"|"allOf"/);
});

it('names operations and schemas as a person would, each once', () => {
  const names = operations().map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z]+([A-Z][a-z]+)+$/);
  expect(names).toEqual(expect.arrayContaining(['createSpend', 'captureHold', 'getBalance', 'listEntries']));
  const schemas = Object.keys(document.components.schemas);
  expect(schemas).toEqual(expect.arrayContaining(['Account', 'Spend', 'Grant', 'CreateRefundRequest']));
  for (const name of schemas) expect(name).not.toMatch(/(Dto|Answer|Body)$/);
});

it('says where it is served, and that a key is no JWT', () => {
  expect(document.servers).toEqual([{ url: 'https://only-here.example/billing' }]);
  expect(document.components.securitySchemes.key).toMatchObject({ type: 'http', scheme: 'bearer' });
  expect(document.components.securitySchemes.key).not.toHaveProperty('bearerFormat');
});

it('lets the pages of the API call the address at which they are read', async () => {
  const { body } = await scrip.call('GET', '/docs/swagger-ui-init.js');
  expect(String(body)).not.toContain('only-here.example');
});

it('describes a statement as JSON and as a table of text', () => {
  const { content } = document.paths['/v1/accounts/{accountId}/statement'].get.responses['200'];
  expect(content['text/csv'].schema).toEqual({ type: 'string' });
  expect(content['application/json'].schema).toEqual({ $ref: '#/components/schemas/Statement' });
});

it('describes every field and every parameter', () => {
  const schemas = Object.entries<JsonSchema>(document.components.schemas);
  const undescribed = schemas.flatMap(([name, { properties = {} }]) =>
    Object.entries(properties).flatMap(([field, { description }]) => (description ? [] : `${name}.${field}`)),
  );
  const parameters = operations().flatMap(({ operationId, parameters: all = [] }) =>
    all.flatMap(({ name, description }) => (description ? [] : `${operationId}(${name})`)),
  );
  expect([...undescribed, ...parameters]).toEqual([]);
});

it('asks a client for no field that may be left out', () => {
  const schemas = Object.values<JsonSchema>(document.components.schemas);
  for (const { properties = {} } of schemas)
    for (const property of Object.values(properties)) expect(property).not.toHaveProperty('default');
  const { HoldRequest } = document.components.schemas;
  expect(HoldRequest.required).not.toContain('expiresInSeconds');
  expect(HoldRequest.properties.expiresInSeconds.description).toContain('`900` when left out.');
  const bodyOf = (path: string) => document.paths[path].post.requestBody.required;
  expect(bodyOf('/v1/accounts/{accountId}/subscription/cancel')).toBe(false);
  expect(bodyOf('/v1/refunds')).toBe(true);
});

it('describes the problems of each operation with their facts, and the headers that tell what to do', () => {
  const { responses } = document.paths['/v1/spends'].post;
  const short = responses['402'].content['application/problem+json'];
  expect(short.schema).toEqual({ $ref: '#/components/schemas/InsufficientCreditsProblem' });
  expect(short.examples['insufficient-credits'].value).toMatchObject({ availableCredits: 2, requestedCredits: 5 });
  const { InsufficientCreditsProblem } = document.components.schemas;
  expect(InsufficientCreditsProblem.required).toEqual(expect.arrayContaining(['availableCredits', 'requestedCredits']));
  expect(InsufficientCreditsProblem.properties.type.const).toBe('/problems/insufficient-credits');
  expect(Object.keys(responses).sort()).toEqual([
    '201',
    '400',
    '401',
    '402',
    '403',
    '404',
    '413',
    '415',
    '422',
    '429',
    '500',
    '503',
    'default',
  ]);
  expect(Object.keys(responses['201'].headers)).toEqual(['X-Request-Id', 'Idempotency-Replayed']);
  expect(responses['503'].headers).toHaveProperty('Retry-After');
  expect(responses['401'].headers).toHaveProperty('WWW-Authenticate');
  expect(responses['503'].content['application/problem+json'].schema.discriminator.propertyName).toBe('type');
});

it('says for everything that is shown by its id what it answers when there is none', () => {
  for (const [path, { get }] of Object.entries<{ get?: Operation }>(document.paths)) {
    if (get === undefined || !path.endsWith('}')) continue;
    const missing = JSON.stringify(get.responses['404']?.content ?? {});
    if (path.endsWith('{feature}')) expect(missing).toContain('AccountNotFoundProblem');
    else expect([path, missing.match(/[A-Za-z]+NotFoundProblem/g)?.length]).toEqual([path, expect.any(Number)]);
  }
});

it('gives examples that are true to their schemas', () => {
  const ajv = new Ajv2020({ strict: false, validateSchema: false });
  addFormats.default(ajv);
  ajv.addSchema(document, 'document');
  const untrue: string[] = [];
  const compare = (where: string, schema: object, value: unknown) => {
    const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')));
    if (!validate(value)) untrue.push(`${where}: ${JSON.stringify(value)} ${ajv.errorsText(validate.errors)}`);
  };
  for (const [name, { properties = {} }] of Object.entries<JsonSchema>(document.components.schemas))
    for (const [field, property] of Object.entries(properties))
      for (const example of property.examples ?? []) compare(`${name}.${field}`, property, example);
  for (const { operationId, responses } of operations())
    for (const { content = {} } of Object.values(responses))
      for (const { schema, examples = {} } of Object.values(content))
        for (const { value } of Object.values(examples)) compare(operationId, schema, value);
  expect(untrue).toEqual([]);
});
