import type { Config } from '../config/config.js';
import type { StripeConnection } from '../config/config.module.js';
import { tryKey } from '../stripe/client/try-key.js';
import { CannotStart } from './cannot-start.js';
import { findSandbox } from './sandbox-address.js';

/** What is to be known of a sandbox that runs here. */
interface OwnSandbox {
  url: string;
  secretKey: string;
  webhookSecret: string;
}

/**
 * How Stripe is reached, or the sandbox where it takes its place: the one that this process has started, or another
 * one.
 */
export async function stripeConnection(config: Config, sandbox?: OwnSandbox): Promise<StripeConnection> {
  const { payments } = config;
  if (payments.kind === 'stripe') return payments;
  return {
    secretKey: sandbox?.secretKey ?? 'sk_test_sandbox',
    webhookSecrets: sandbox === undefined ? [] : [sandbox.webhookSecret],
    apiBase: sandbox?.url ?? (await findSandbox(config, payments.port)),
  };
}

/**
 * Asks Stripe whether it knows the key, so that a wrong one is told now and not to the first customer. Returns a
 * warning when Stripe does not answer: that keeps nobody from spending what was bought. @throws CannotStart
 */
export async function checkStripeKey({ payments }: Config): Promise<string | undefined> {
  if (payments.kind !== 'stripe') return undefined;
  const verdict = await tryKey(payments);
  if (verdict === 'refused')
    throw new CannotStart(
      'Stripe does not know STRIPE_SECRET_KEY: it is mistyped, revoked or expired. Copy it again from ' +
        'https://dashboard.stripe.com/apikeys.',
    );
  return verdict === 'unanswered'
    ? 'Stripe does not answer; whether STRIPE_SECRET_KEY is right is not known.'
    : undefined;
}
