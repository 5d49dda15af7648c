import { readFileSync } from 'node:fs';
import { ConfigError, loadConfig } from '../../src/config/config.js';
import { Environment } from '../../src/config/environment.js';

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

  it('has every variable in .env.example, and no other', () => {
    const explained = [...readFileSync('.env.example', 'utf8').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    const known = Object.keys(new Environment());
    const optional = [
      'PUBLIC_URL',
      'SCRIP_BOOTSTRAP_KEY',
      'DATABASE_URL',
      'DATABASE_OWNER_URL',
      'STRIPE_SECRET_KEY',
      'STRIPE_WEBHOOK_SECRETS',
      'STRIPE_API_BASE',
      'UPGRADE_URL',
    ];
    expect(explained.sort()).toEqual([...new Set([...known, ...optional])].sort());
  });
});
