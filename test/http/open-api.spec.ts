import { type Rooms, startRooms } from './rooms.js';

let rooms: Rooms;
beforeAll(async () => {
  rooms = await startRooms();
});
afterAll(() => rooms.stop());

interface Operation {
  summary?: string;
  description?: string;
  security?: unknown[];
  parameters: { name: string }[];
  responses: Record<string, { content?: Record<string, unknown> }>;
}

it('describes every route, who may call it, and what goes wrong', async () => {
  const { body } = await rooms.call('GET', '/openapi.json');
  expect(body.info.title).toBe('Scrip');
  const operations = Object.values<Record<string, Operation>>(body.paths).flatMap((path) => Object.values(path));
  expect(operations.length).toBeGreaterThan(8);
  for (const operation of operations) {
    expect(operation.summary).toBeTruthy();
    expect(Object.keys(operation.responses.default?.content ?? {})).toEqual(['application/problem+json']);
  }
  expect(body.paths['/health/live'].get.security).toEqual([]);
  const put: Operation = body.paths['/v1/accounts/{accountId}'].put;
  expect(put.security).toBeUndefined();
  expect(put.description).toContain('`sell`');
  expect(put.parameters.map((parameter) => parameter.name).sort()).toEqual(['Idempotency-Key', 'accountId']);
  expect(body.paths['/v1/api-keys'].post.description).toContain('`admin`');
  expect(body.paths['/v1/accounts'].get.description).toContain('`read`');
});

it('has its chapters in the order of use, and names the problems of a route', async () => {
  const { body } = await rooms.call('GET', '/openapi.json');
  expect(body.tags.map((tag: { name: string }) => tag.name).slice(0, 3)).toEqual(['Accounts', 'Checkout', 'Spends']);
  const chapters = new Set(body.tags.map((tag: { name: string }) => tag.name));
  for (const path of Object.values<Record<string, { tags: string[] }>>(body.paths))
    for (const { tags } of Object.values(path)) expect(chapters).toContain(tags[0]);
  const { responses } = body.paths['/v1/products/{key}'].put;
  expect(responses['409'].description).toContain('product-kind-fixed');
  expect(responses['422'].content['application/problem+json'].examples).toHaveProperty('idempotency-key-reused');
});

it('gives every field of every schema a type', async () => {
  const { body } = await rooms.call('GET', '/openapi.json');
  const schemas = Object.entries<{ properties?: Record<string, Record<string, unknown>> }>(body.components.schemas);
  for (const [name, { properties = {} }] of schemas)
    for (const [field, schema] of Object.entries(properties))
      expect([`${name}.${field}`, Boolean(schema.type ?? schema.$ref ?? schema.anyOf ?? schema.enum)]).toEqual([
        `${name}.${field}`,
        true,
      ]);
});

it('serves its pages from this machine', async () => {
  const page = await rooms.call('GET', '/docs');
  expect(page.text).toContain('<title>Scrip API</title>');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-init.js'])
    expect((await rooms.call('GET', `/docs/${file}`)).status).toBe(200);
});
