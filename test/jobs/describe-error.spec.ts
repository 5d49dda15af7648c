import { describeError } from '../../src/jobs/describe-error.js';
import { StripeRefused } from '../../src/stripe/client/stripe.problems.js';

describe('what the inbox says about a failure', () => {
  it('names a problem with its facts', () => {
    const error = new StripeRefused({ stripeCode: 'resource_missing', stripeParam: null, stripeRequestId: 'req_1' });
    expect(describeError(error)).toContain('stripe-refused');
    expect(describeError(error)).toContain('resource_missing');
  });

  it('hides keys and addresses', () => {
    const text = describeError(new Error('key sk_test_abc123 and whsec_x9 at postgres://me:pw@host/db\n is bad'));
    expect(text).toBe('Error: key [redacted] and [redacted] at [redacted] is bad');
  });

  it('hides the whole of a key of ours, which may have hyphens', () => {
    const key = 'sk_A-b_c-DEFGHIJKLMNOPQRSTUVWXYZ0123456789abcde';
    expect(describeError(new Error(`the key ${key} is known`))).toBe('Error: the key [redacted] is known');
  });

  it('says of the database only how it refused', () => {
    const error = Object.assign(new Error('secret row'), { driverError: { code: '23505' } });
    expect(describeError(error)).toBe('the database refused it (SQLSTATE 23505)');
  });
});
