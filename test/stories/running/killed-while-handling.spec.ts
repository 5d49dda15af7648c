import pg from 'pg';
import { createTestDatabase } from '../../support/database/database.js';
import { eventually } from '../../support/eventually.js';
import { startProcess } from '../../support/service/process.js';
import { payAt } from '../../support/shop/shop.js';

describe('a service killed in the middle of handling an event', () => {
  it('takes the event up again as soon as it is back', async () => {
    const database = await createTestDatabase();
    const first = await startProcess(database.url);
    await first.api('PUT', '/v1/accounts/ada', { body: {} });
    const body = { accountId: 'ada', product: 'basic' };
    const checkout = await first.api('POST', '/v1/checkout-sessions', { body });
    const slow = { method: 'GET', path: '/v1/checkout/sessions/*', times: 100, delayMs: 60_000 };
    const sandboxUrl = new URL(checkout.url).origin;
    const control = (path: string, effect: object) =>
      fetch(`${sandboxUrl}${path}`, { method: 'POST', body: JSON.stringify(effect) });
    expect((await control('/_sandbox/faults', slow)).status).toBe(200);
    expect((await payAt(checkout.url)).status).toBe(303);

    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const taken = async () =>
      (await client.query('select from graphile_worker.jobs where locked_by is not null')).rowCount;
    await eventually(taken, (count) => (count ?? 0) > 0);
    await first.end('SIGKILL');
    await client.query('delete from sandbox.faults');
    await client.end();

    const second = await startProcess(database.url);
    await eventually(
      () => second.api('GET', '/v1/accounts/ada/balance'),
      ({ balance }) => balance === 12,
      15_000,
    );
    await second.end('SIGTERM');
    await database.drop();
  });
});
