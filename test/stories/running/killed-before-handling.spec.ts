import { createTestDatabase } from '../../support/database/database.js';
import { eventually } from '../../support/eventually.js';
import { startProcess } from '../../support/service/process.js';
import { payAt } from '../../support/shop/shop.js';

describe('a service killed between storing an event and handling it', () => {
  it('has credited the account after its restart, once', async () => {
    const database = await createTestDatabase();

    // A process that only answers HTTP stores the event and leaves it to a worker that is not there.
    const first = await startProcess(database.url, { ROLE: 'api' });
    await first.api('PUT', '/v1/accounts/ada', { body: {} });
    const checkout = await first.api('POST', '/v1/checkout-sessions', {
      body: { accountId: 'ada', product: 'basic' },
    });
    expect((await payAt(checkout.url)).status).toBe(303);
    const stored = await eventually(
      () => first.api('GET', '/v1/stripe-events?limit=100'),
      ({ data }) => data.some(({ type }: { type: string }) => type === 'checkout.session.completed'),
    );
    expect(stored.data.every(({ status }: { status: string }) => status === 'received')).toBe(true);
    expect((await first.api('GET', '/v1/accounts/ada/balance')).balance).toBe(0);
    await first.end('SIGKILL');

    const second = await startProcess(database.url);
    await eventually(
      () => second.api('GET', '/v1/accounts/ada/balance'),
      ({ balance }) => balance === 12,
    );
    await second.end('SIGKILL');

    const third = await startProcess(database.url);
    const entries = await third.api('GET', '/v1/accounts/ada/entries');
    expect(entries.data.map(({ kind, amount }: { kind: string; amount: number }) => [kind, amount])).toEqual([
      ['grant', 12],
    ]);
    await third.end('SIGTERM');
    await database.drop();
  });
});
