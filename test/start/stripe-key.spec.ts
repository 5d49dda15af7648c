import { eventually } from '../support/eventually.js';
import { startProcess } from '../support/service/process.js';
import { useScrip } from '../support/service/scrip.js';

describe('the key of Stripe, at the start', () => {
  const stripe = useScrip();

  const startWith = (key: string, apiBase = stripe.sandboxUrl) =>
    startProcess(stripe.running.runtime.databaseUrl, {
      STRIPE_SECRET_KEY: key,
      STRIPE_WEBHOOK_SECRETS: 'whsec_1',
      STRIPE_API_BASE: apiBase,
      LOG_LEVEL: 'warn',
    });

  it('is refused when Stripe does not know it, in one sentence that does not quote it', async () => {
    const refused: Error = await startWith('sk_test_mis-typed').then(
      () => new Error('it started'),
      (error) => error,
    );
    expect(refused.message).toMatch(
      /^the service ended: Scrip cannot start\. Stripe does not know STRIPE_SECRET_KEY[^\n]*\n$/,
    );
    expect(refused.message).not.toContain('mis-typed');
  });

  it('is only warned of when Stripe does not answer', async () => {
    const scrip = await startWith('sk_test_good', 'http://127.0.0.1:1');
    // The log is written a moment later than the banner.
    await eventually(
      async () => scrip.output(),
      (output) => output.includes('Stripe does not answer'),
    );
    expect(scrip.output()).not.toContain('sk_test_good');
    await scrip.end('SIGTERM');
  });
});
