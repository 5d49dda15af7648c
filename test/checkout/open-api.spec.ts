import { useScrip } from '../support/service/scrip.js';

const scrip = useScrip();

interface Schema {
  properties?: Record<string, Record<string, unknown>>;
}

/** The description of a request or an answer that a route names. */
const nameOf = (content: { 'application/json': { schema: { $ref: string } } }) =>
  String(content['application/json'].schema.$ref.split('/').at(-1));

it.each([
  [
    '/v1/checkout-sessions',
    ['accountId', 'product', 'quantity', 'currency', 'promotionCodes', 'savePaymentMethod', 'successUrl', 'cancelUrl'],
  ],
  ['/v1/payment-links', ['accountId', 'product', 'quantity', 'currency', 'promotionCodes']],
  ['/v1/payment-intents', ['accountId', 'product', 'quantity', 'currency']],
  ['/v1/portal-sessions', ['accountId', 'returnUrl']],
])('describes %s, who may call it, and an example of every field', async (path, fields) => {
  const { body } = await scrip.call('GET', '/openapi.json');
  const { post } = body.paths[path];
  expect(post.description).toContain('Needs the scope `sell`.');
  expect(post.parameters).toMatchObject([{ name: 'Idempotency-Key', required: false }]);
  const schemas: Record<string, Schema> = body.components.schemas;
  const asked = schemas[nameOf(post.requestBody.content)]?.properties ?? {};
  const answered = schemas[nameOf(post.responses['201'].content)]?.properties ?? {};
  expect(Object.keys(asked).sort()).toEqual(fields.toSorted());
  for (const [field, schema] of Object.entries({ ...asked, ...answered }))
    expect([field, schema.type ?? schema.enum, schema.examples ?? schema.default ?? schema.format]).toEqual([
      field,
      expect.anything(),
      expect.anything(),
    ]);
  for (const status of ['400', '404', '409', '422', '503'])
    expect(post.responses[status].content).toHaveProperty('application/problem+json');
});
