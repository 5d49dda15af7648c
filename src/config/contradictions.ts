import { type Environment, OWN_CONSENT } from './environment.js';
import { isLoopbackUrl } from './loopback.js';

/** The signing secrets of the webhook endpoint, newest first by custom. */
export function webhookSecretsOf(environment: Environment): string[] {
  return (environment.STRIPE_WEBHOOK_SECRETS ?? '')
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '');
}

/** Faults that no single variable shows. To be asked when each variable is well formed. */
export function contradictions(environment: Environment): string[] {
  const faults = [...ofStripe(environment), ...ofSandbox(environment)];
  if (environment.DATABASE_URL === undefined && environment.DATABASE_OWNER_URL !== undefined)
    faults.push('DATABASE_URL is needed with DATABASE_OWNER_URL: the role under which the service works');
  if (environment.ROLE === 'worker' && environment.HTTP_PROCESSES > 0)
    faults.push('HTTP_PROCESSES must be 0 where ROLE is worker, which answers no HTTP');
  const { REUSE_CONSENT_TEXT: text, REUSE_CONSENT_VERSION: version } = environment;
  if (version !== undefined && (text === undefined) !== (version === OWN_CONSENT))
    faults.push('REUSE_CONSENT_TEXT and REUSE_CONSENT_VERSION go together: each text has a version of its own');
  return faults;
}

function ofStripe(environment: Environment): string[] {
  const { STRIPE_SECRET_KEY, STRIPE_API_BASE } = environment;
  const faults: string[] = [];
  const secrets = webhookSecretsOf(environment);
  if (STRIPE_SECRET_KEY !== undefined && secrets.length === 0)
    faults.push('STRIPE_WEBHOOK_SECRETS is needed with STRIPE_SECRET_KEY: the signing secret of your webhook endpoint');
  if (STRIPE_SECRET_KEY === undefined && secrets.length > 0)
    faults.push('STRIPE_SECRET_KEY is needed with STRIPE_WEBHOOK_SECRETS; without both the sandbox is used');
  if (STRIPE_SECRET_KEY === undefined && STRIPE_API_BASE !== undefined)
    faults.push('STRIPE_SECRET_KEY is needed with STRIPE_API_BASE');
  if (STRIPE_SECRET_KEY?.includes('_live_') && STRIPE_API_BASE !== undefined)
    faults.push('STRIPE_API_BASE must not be set with a live STRIPE_SECRET_KEY: live money goes to Stripe alone');
  if (secrets.some((secret) => !secret.startsWith('whsec_')))
    faults.push('STRIPE_WEBHOOK_SECRETS must hold secrets that begin with whsec_, separated by commas');
  return faults;
}

/** The sandbox gives credits for money that nobody pays: where others can buy, it must be meant. */
function ofSandbox({ SANDBOX, STRIPE_SECRET_KEY, PUBLIC_URL }: Environment): string[] {
  if (STRIPE_SECRET_KEY !== undefined)
    return SANDBOX === true ? ['SANDBOX must not be true with STRIPE_SECRET_KEY: one of them takes the money'] : [];
  if (SANDBOX === false) return ['STRIPE_SECRET_KEY is needed where SANDBOX is false'];
  if (SANDBOX === true || PUBLIC_URL === undefined || isLoopbackUrl(PUBLIC_URL)) return [];
  return [
    'STRIPE_SECRET_KEY is needed where PUBLIC_URL is not on this machine; to sell in the sandbox there, for no ' +
      'money, set SANDBOX=true',
  ];
}
