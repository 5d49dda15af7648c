import { Validator } from '@seriousme/openapi-schema-validator';
import type { JsonSchema } from '../../src/http/open-api/schemas.js';
import { startTestScrip, type TestScrip } from '../support/scrip.js';

interface Operation {
  operationId: string;
  responses: Record<string, { content?: Record<string, { schema: JsonSchema }> }>;
}

let scrip: TestScrip;
// biome-ignore lint/suspicious/noExplicitAny: a document is read in many forms
let document: any;
beforeAll(async () => {
  scrip = await startTestScrip({ PUBLIC_URL: 'https://credits.example/billing', SANDBOX: 'true' });
  document = (await scrip.call('GET', '/openapi.json')).body;
});
afterAll(() => scrip.close());

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
  expect(document.servers).toEqual([{ url: 'https://credits.example/billing' }]);
  expect(document.components.securitySchemes.key).toMatchObject({ type: 'http', scheme: 'bearer' });
  expect(document.components.securitySchemes.key).not.toHaveProperty('bearerFormat');
});

it('lets the pages of the API call the address at which they are read', async () => {
  const { body } = await scrip.call('GET', '/docs/swagger-ui-init.js');
  expect(String(body)).not.toContain('credits.example');
});

it('describes a statement as JSON and as a table of text', () => {
  const { content } = document.paths['/v1/accounts/{accountId}/statement'].get.responses['200'];
  expect(content['text/csv'].schema).toEqual({ type: 'string' });
  expect(content['application/json'].schema).toEqual({ $ref: '#/components/schemas/Statement' });
});
