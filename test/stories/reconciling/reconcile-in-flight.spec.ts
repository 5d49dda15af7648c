import { randomUUID } from 'node:crypto';
import { createTestDatabase } from '../../support/database/database.js';
import { eventually } from '../../support/eventually.js';
import { startProcess } from '../../support/service/process.js';
import { type TestScrip, useScrip } from '../../support/service/scrip.js';
import { stopClock } from '../../support/service/stopped-clock.js';
import { beginReconciliation, reconciliationEnds } from '../../support/shop/reconcile.js';
import { aCheckout, anAccount, entriesOf, orderReaches, payAt } from '../../support/shop/shop.js';
import { flush, webhooks } from '../../support/shop/stripe-side.js';

const phaseOf = async (scrip: TestScrip, id: string) =>
  (await scrip.call('GET', `/v1/reconciliations/${id}`)).body.phase;

describe('what is on its way', () => {
  const scrip = useScrip({ RECONCILE_SETTLE_SECONDS: '1' });

  it('is looked at twice, and is no finding when it has arrived by then', async () => {
    const accountId = await anAccount(scrip);
    await webhooks(scrip, 'hold');
    const checkout = await aCheckout(scrip, accountId);
    await payAt(checkout.url);
    // Only now: the window ends with the service's time, and has to have the payment in it.
    const clock = stopClock(scrip.clock);
    const id = await beginReconciliation(scrip, { repair: true });
    await eventually(
      () => phaseOf(scrip, id),
      (phase) => phase === 'second_look',
    );
    await flush(scrip, 'created');
    await orderReaches(scrip, checkout.orderId, 'fulfilled');
    clock.advance(1);
    const run = await reconciliationEnds(scrip, id);
    expect(run).toMatchObject({ status: 'done', findings: [], checked: { payments: 1, undelivered: 2 } });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });
});

async function dropWebhooks(sandboxUrl: string): Promise<void> {
  const body = JSON.stringify({ mode: 'drop' });
  await fetch(`${sandboxUrl}/_sandbox/webhooks`, { method: 'POST', body });
}

describe('a service killed while it reconciles', () => {
  it('goes on after its restart, and credits each payment once', async () => {
    const database = await createTestDatabase();
    const settings = { RECONCILE_SETTLE_SECONDS: '2' };
    const first = await startProcess(database.url, settings);
    const accounts = Array.from({ length: 4 }, () => `acct-${randomUUID()}`);
    for (const accountId of accounts) {
      await first.api('PUT', `/v1/accounts/${accountId}`, { body: {} });
      const { url } = await first.api('POST', '/v1/checkout-sessions', { body: { accountId, product: 'basic' } });
      await dropWebhooks(new URL(url).origin);
      await payAt(url);
    }
    const { id } = await first.api('POST', '/v1/reconciliations', { body: { repair: true } });
    await eventually(
      () => first.api('GET', `/v1/reconciliations/${id}`),
      ({ phase }) => phase === 'second_look',
    );
    await first.end('SIGKILL');

    const second = await startProcess(database.url, settings);
    const run = await eventually(
      () => second.api('GET', `/v1/reconciliations/${id}`),
      ({ status }) => status !== 'running',
      30_000,
    );
    expect(run).toMatchObject({ status: 'done', findingCount: 4, openCount: 0, checked: { payments: 4 } });
    for (const accountId of accounts)
      expect((await second.api('GET', `/v1/accounts/${accountId}/entries`)).data).toMatchObject([
        { kind: 'grant', amount: 12 },
      ]);
    await second.end('SIGTERM');
    await database.drop();
  });
});
