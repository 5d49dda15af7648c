import { readFileSync } from 'node:fs';
import { ConfigError, loadConfig } from '../../src/config/config.js';
import { Environment, variableNames } from '../../src/config/environment.js';
import { misspelt } from '../../src/config/misspelt.js';

const faultsOf = (env: Record<string, string>): string[] => {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

describe('the configuration', () => {
  it('of an empty environment runs everything on this machine', () => {
    expect(loadConfig({})).toMatchObject({
      role: 'all',
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://localhost:3000',
      database: { kind: 'embedded' },
      payments: { kind: 'sandbox', port: 12_111 },
    });
  });

  it('allows webhook endpoints in private networks where nothing was set up, or where it is asked for', () => {
    const own = { DATABASE_URL: 'postgres://scrip:secret@db:5432/scrip' };
    const stripe = { STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRETS: 'whsec_1' };
    expect(loadConfig({}).webhookAllowPrivate).toBe(true);
    expect(loadConfig({ WEBHOOK_ALLOW_PRIVATE: 'false' }).webhookAllowPrivate).toBe(false);
    for (const env of [own, stripe, { ...own, ...stripe }]) {
      expect(loadConfig(env).webhookAllowPrivate).toBe(false);
      expect(loadConfig({ ...env, WEBHOOK_ALLOW_PRIVATE: 'true' }).webhookAllowPrivate).toBe(true);
    }
  });

  it('takes an own Postgres and the real Stripe, several webhook secrets among it', () => {
    const config = loadConfig({
      DATABASE_URL: 'postgres://scrip:secret@db:5432/scrip',
      STRIPE_SECRET_KEY: 'sk_live_1',
      STRIPE_WEBHOOK_SECRETS: 'whsec_new, whsec_old',
      PUBLIC_URL: 'https://credits.example.com/',
    });
    expect(config.database).toEqual({ kind: 'own', url: 'postgres://scrip:secret@db:5432/scrip' });
    expect(config.payments).toMatchObject({ kind: 'stripe', webhookSecrets: ['whsec_new', 'whsec_old'] });
    expect(config.publicUrl).toBe('https://credits.example.com');
  });

  it('counts an empty variable as not set, and is frozen', () => {
    const config = loadConfig({ DATABASE_URL: '', PORT: ' ' });
    expect(config.port).toBe(3000);
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
  });

  it('asks customers for nothing but money, unless it is told to', () => {
    const nothing = { promotionCodes: false, automaticTax: false, taxIds: false, terms: false };
    expect(loadConfig({})).toMatchObject({ defaultCurrency: 'usd', checkout: nothing });
    const asked = { DEFAULT_CURRENCY: 'eur', CHECKOUT_AUTOMATIC_TAX: 'true', CHECKOUT_TERMS: '1' };
    expect(loadConfig(asked)).toMatchObject({
      defaultCurrency: 'eur',
      checkout: { ...nothing, automaticTax: true, terms: true },
    });
    expect(faultsOf({ CHECKOUT_TAX_IDS: 'maybe', DEFAULT_CURRENCY: 'EUR' })).toEqual([
      'DEFAULT_CURRENCY must be a currency in three lower-case letters, such as usd',
      'CHECKOUT_TAX_IDS must be true or false',
    ]);
  });

  it('has a version for each text that customers agree to', () => {
    expect(loadConfig({}).checkout.reuseConsent).toEqual({
      textVersion: 'scrip-1',
      text: expect.stringContaining('automatic top-ups'),
    });
    const own = { REUSE_CONSENT_TEXT: 'Wir behalten die Karte.', REUSE_CONSENT_VERSION: 'de-2' };
    expect(loadConfig(own).checkout.reuseConsent).toEqual({ textVersion: 'de-2', text: 'Wir behalten die Karte.' });
    for (const part of [{ REUSE_CONSENT_TEXT: 'Ja.' }, { REUSE_CONSENT_VERSION: 'de-2' }] as Record<string, string>[])
      expect(faultsOf(part)).toEqual([
        'REUSE_CONSENT_TEXT and REUSE_CONSENT_VERSION go together: each text has a version of its own',
      ]);
    expect(faultsOf({ REUSE_CONSENT_TEXT: 'x'.repeat(1201), REUSE_CONSENT_VERSION: 'a b' })).toHaveLength(2);
  });

  it('names every fault at once, without the values', () => {
    const faults = faultsOf({
      PORT: '70000',
      ROLE: 'boss',
      DATABASE_URL: 'mysql://root:hunter2@db',
      STRIPE_SECRET_KEY: 'pk_live_hunter2',
      SCRIP_BOOTSTRAP_KEY: 'hunter2',
      CREDIT_DECIMALS: '1.5',
    }).join('\n');
    for (const name of ['PORT', 'ROLE', 'DATABASE_URL', 'STRIPE_SECRET_KEY', 'SCRIP_BOOTSTRAP_KEY', 'CREDIT_DECIMALS'])
      expect(faults).toContain(name);
    expect(faults).not.toContain('hunter2');
  });

  it('says each fault once, and counts them', () => {
    expect(faultsOf({ PORT: 'abc' })).toEqual(['PORT must be a port number from 0 to 65535']);
    expect(new ConfigError(['a']).message).toContain('has 1 fault:');
    expect(new ConfigError(['a', 'b']).message).toContain('has 2 faults:');
    for (const name of ['PUBLIC_URL', 'UPGRADE_URL'])
      expect(faultsOf({ [name]: 'https://ada:hunter2@example.com' }).join()).toContain('without a password');
    expect(faultsOf({ PUBLIC_URL: 'credits.example.com' }).join()).toContain('begins with http:// or https://');
  });

  it.each([
    [{ STRIPE_SECRET_KEY: 'sk_test_1' }, 'STRIPE_WEBHOOK_SECRETS is needed'],
    [{ STRIPE_WEBHOOK_SECRETS: 'whsec_1' }, 'STRIPE_SECRET_KEY is needed'],
    [{ STRIPE_API_BASE: 'http://127.0.0.1:12111' }, 'STRIPE_SECRET_KEY is needed'],
    [{ STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRETS: 'secret' }, 'begin with whsec_'],
    [
      { STRIPE_SECRET_KEY: 'sk_live_1', STRIPE_WEBHOOK_SECRETS: 'whsec_1', STRIPE_API_BASE: 'http://127.0.0.1:12111' },
      'live money goes to Stripe alone',
    ],
  ])('refuses what contradicts itself: %j', (env, fault) => {
    expect(faultsOf(env).join('\n')).toContain(fault);
  });

  it.each([
    'postgres://scrip:hun#ter2@db/scrip',
    'postgres://scrip:1#ter2@db/scrip',
    'postgres://scrip:5432/hunter2@db/scrip',
  ])('tells no piece of a password that is not percent-encoded: %s', (url) => {
    const faults = faultsOf({ DATABASE_URL: url, DATABASE_OWNER_URL: url });
    expect(faults).toEqual([
      expect.stringMatching(/^DATABASE_URL must be .*%23 for #/),
      expect.stringMatching(/^DATABASE_OWNER_URL must be /),
    ]);
    expect(faults.join()).not.toMatch(/hun|ter2/);
  });

  it.each(['scrip:p%23ss@db:5432/scrip', 'scrip@db/scrip', 'db/scrip?sslmode=require', '/scrip?host=/run/postgresql'])(
    'takes postgres://%s',
    (rest) => {
      expect(faultsOf({ DATABASE_URL: `postgres://${rest}` })).toEqual([]);
    },
  );

  it.each(['PUBLIC_URL', 'UPGRADE_URL', 'APP_URL', 'STRIPE_API_BASE'])(
    'takes no password in %s, which is shown to people',
    (name) => {
      const faults = faultsOf({ [name]: 'https://user:hunter2@localhost', SANDBOX: 'true' });
      expect(faults[0]).toMatch(new RegExp(`^${name} must be an`));
      expect(faults.join()).not.toContain('hunter2');
    },
  );

  it('takes no bootstrap key that could be guessed', () => {
    expect(faultsOf({ SCRIP_BOOTSTRAP_KEY: `sk_${'a'.repeat(23)}` }).join()).toContain('at least 24');
    expect(faultsOf({ SCRIP_BOOTSTRAP_KEY: `sk_${'a'.repeat(24)}` })).toEqual([]);
  });

  it('sells in the sandbox for others only where that is meant', () => {
    const PUBLIC_URL = 'https://credits.example.com';
    const DATABASE_URL = 'postgres://scrip@db/scrip';
    expect(faultsOf({ PUBLIC_URL, DATABASE_URL }).join()).toMatch(/STRIPE_SECRET_KEY is needed.*SANDBOX=true/);
    expect(faultsOf({ PUBLIC_URL, DATABASE_URL, SANDBOX: 'true' })).toEqual([]);
    for (const here of ['http://localhost:4000', 'http://127.0.0.1', 'http://[::1]:3000', 'https://shop.localhost'])
      expect(faultsOf({ PUBLIC_URL: here })).toEqual([]);
    expect(faultsOf({ PUBLIC_URL: 'http://127.0.0.1.nip.io' })).toHaveLength(1);
    expect(faultsOf({ SANDBOX: 'false' }).join()).toContain('STRIPE_SECRET_KEY is needed');
    const stripe = { STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRETS: 'whsec_1' };
    expect(faultsOf({ PUBLIC_URL, ...stripe })).toEqual([]);
    expect(faultsOf({ SANDBOX: 'true', ...stripe }).join()).toContain('SANDBOX must not be true');
  });

  it('names variables that are misspelt, and none of another program', () => {
    const meantBy = (name: string, others: Record<string, string> = {}) =>
      misspelt({ PATH: '/bin', HOSTNAME: 'box', NODE_ENV: 'production', ...others, [name]: 'hunter2' });
    for (const [name, meant] of [
      ['STRIPE_KEY', 'STRIPE_SECRET_KEY'],
      ['STRIPE_WEBHOOK_SECRET', 'STRIPE_WEBHOOK_SECRETS'],
      ['DATABASE_URI', 'DATABASE_URL'],
      ['DATABSE_URL', 'DATABASE_URL'],
      ['POSTGRES_URL', 'DATABASE_URL'],
      ['SCRIP_BOOTSTRAPKEY', 'SCRIP_BOOTSTRAP_KEY'],
      ['stripe_secret_key', 'STRIPE_SECRET_KEY'],
    ] as const)
      expect(meantBy(name)).toEqual([{ name, meant }]);
    for (const name of [
      'SCRIP_KEY',
      'POSTGRES_PASSWORD',
      'REDIS_URL',
      'STRIPE_PUBLISHABLE_KEY',
      'HOSTS',
      'SORT',
      'IS_SANDBOX',
    ])
      expect(meantBy(name)).toEqual([]);
    expect(meantBy('STRIPE_KEY', { STRIPE_SECRET_KEY: 'sk_test_1' })).toEqual([]);
    expect(faultsOf({ PUBLIC_URL: 'https://a.example', STRIPE_KEY: 'hunter2' }).at(-1)).toBe(
      'STRIPE_KEY is not read: STRIPE_SECRET_KEY may be meant',
    );
  });

  it('has every variable in .env.example, and no other', () => {
    const explained = [...readFileSync('.env.example', 'utf8').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(explained.sort()).toEqual(variableNames().sort());
    expect(explained).toEqual(expect.arrayContaining(Object.keys(new Environment())));
  });
});
