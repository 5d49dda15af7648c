import { type Rooms, startRooms } from './rooms.js';

let rooms: Rooms;
beforeAll(async () => {
  rooms = await startRooms();
});
afterAll(() => rooms.stop());

it('starts', async () => {
  for (const [m, p, b] of [
    ['PUT', '/v1/accounts/ada', { name: 'Ada' }],
    ['PUT', '/v1/accounts/ada', { email: 'x' , foo: 1}],
    ['GET', '/v1/accounts'],
    ['GET', '/v1/products?limit=2'],
    ['GET', '/v1/products/basic'],
    ['GET', '/nope'],
    ['GET', '/health/ready'],
    ['GET', '/v1/accounts/%zz'],
    ['POST', '/v1/api-keys', { name: 'x', scopes: ['read'] }],
    ['GET', '/v1/api-keys'],
    ['PUT', '/v1/accounts/ada', '{'],
    ['GET', '/docs'],
    ['GET', '/openapi.json'],
    ['GET', '/'],
  ] as const) {
    const r = await rooms.call(m, p, b);
    console.log(m, p, r.status, r.text.slice(0, 600), JSON.stringify(Object.fromEntries(r.headers)));
  }
});
