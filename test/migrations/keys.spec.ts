import pg from 'pg';
import { createTestDatabase } from '../support/database/database.js';

/**
 * What there may be once, whatever the service does: locks keep to it as well, and these hold where a lock is missed.
 * Each with what would happen twice without it.
 */
const KEYS: [table: string, columns: string, twice: string][] = [
  ['accounts', 'stripe_customer_id', 'one customer would pay for two accounts'],
  ['alert_firings', 'alert_id, account_id', 'an alert would have fired last at two times'],
  ['alerts', 'account_id, key', 'one key would be two alerts'],
  ['allowances', 'account_id, source_type, source_id, source_part', 'a month would be granted twice'],
  ['allowances', 'stripe_invoice_id, stripe_line_id, month', 'a line of an invoice would give twice'],
  ['api_keys', 'secret_hash', 'one secret would be two keys'],
  ['balances', 'account_id', 'an account would have two balances'],
  ['crossed_marks', 'account_id', 'one crossing would be told twice'],
  ['dispute_evidence', 'idempotency_digest, account_id', 'one request would answer twice'],
  ['disputes', 'stripe_dispute_id', 'a dispute would take credits twice'],
  ['domain_events', 'number', 'two events would have one place in the feed'],
  ['domain_events', 'type, cause', 'one cause would be told twice'],
  ['entitlements', 'account_id, feature, source_type, source_id', 'a purchase would open twice'],
  ['entries_v1', 'account_id, seq', 'the chain would fork'],
  ['entry_rows', 'account_id, seq', 'the chain would fork'],
  ['entry_rows', 'key_digest', 'one key would name two spends'],
  ['followed_accounts', 'account_id', 'an account would be followed twice'],
  ['former_customers', 'stripe_customer_id', 'a customer would have been two accounts'],
  ['fraud_warnings', 'stripe_fraud_warning_id', 'a warning would count twice'],
  ['grant_lots', 'account_id, grant_id', 'the money of a grant would be spent twice'],
  ['grants', 'account_id, source_type, source_id, source_part', 'a payment would be credited twice'],
  ['idempotency_keys', 'key_digest, account_id', 'one key would name two requests'],
  ['import_lines', 'import_id, line', 'a line of a file would count twice'],
  ['imports', 'name', 'a file would be two, and its lines count twice'],
  ['invoice_payments', 'stripe_payment_intent_id, stripe_invoice_id', 'a payment would pay two orders'],
  ['ledger_events', 'account_id, ordinal', 'two events of an account would stand in one place'],
  ['lot_checkpoints', 'account_id, grant_id, seq', 'a spend would have cost two prices'],
  ['orderless_invoices', 'stripe_subscription_id', 'what gives back would be read twice'],
  ['orders', 'checkout_session_id', 'a page would pay two orders'],
  ['orders', 'idempotency_digest, account_id', 'one request would place two orders'],
  ['orders', 'payment_intent_id', 'a payment would pay two orders'],
  ['orders', 'stripe_invoice_id', 'an invoice would pay two orders'],
  ['parked_facts', 'stripe_payment_intent_id, kind, stripe_object_id', 'a fact would be parked twice'],
  ['parked_payments', 'stripe_checkout_session_id', 'a payment would be parked twice'],
  ['payment_links', 'idempotency_digest', 'one request would make two links'],
  ['payment_links', 'stripe_payment_link_id', 'a page at Stripe would be two links'],
  ['purchase_standings', 'account_id, source_type, source_id', 'a purchase would be sold twice'],
  ['refunds', 'idempotency_digest, account_id', 'one request would refund twice'],
  ['refunds', 'stripe_refund_id', 'a refund would take credits twice'],
  ['revenue_quarters', 'account_id, quarter, currency', 'money of a quarter of an hour would be added up apart'],
  ['revenue_totals', 'quarter, currency', 'money of all accounts would be added up apart'],
  ['stripe_events', 'id', 'an event would be handled twice'],
  ['subscription_turns', 'stripe_subscription_id', 'two changes of a subscription would be made at once'],
  ['subscriptions', 'stripe_subscription_id', 'a subscription would be mirrored twice'],
  ['usage_counters', 'account_id, meter_key, month, match', 'a month of usage would be counted apart'],
  ['usage_days', 'day, account_id, meter_key, currency', 'a day of an account would be added up apart'],
  [
    ...(['usage_dimension_days', 'account_id, day, meter_key, dimensions_digest, currency'] as const),
    'a day of dimensions would be added up apart',
  ],
  ['usage_inclusions', 'account_id, id', 'a line would name two inclusions'],
  [
    'usage_inclusions',
    'account_id, source_type, source_id, source_part, meter_key, match',
    'a month of a plan would include twice',
  ],
  [
    ...(['usage_quarters', 'account_id, quarter, meter_key, dimensions_digest, currency'] as const),
    'usage of a quarter of an hour would be added up apart',
  ],
  ['usage_remainders', 'account_id, meter_key, match', 'a fraction would be carried twice'],
  ['usage_totals', 'quarter, meter_key, dimensions_digest, currency', 'usage of all accounts would be added up apart'],
  ['voucher_codes', 'code_key', 'one code would redeem two vouchers'],
  ['voucher_redemptions', 'account_id, grant_id', 'a grant would be redeemed twice'],
  ['voucher_wrong_codes', 'account_id', 'wrong codes of an account would be counted apart'],
  ['vouchers', 'idempotency_digest', 'one request would make two vouchers'],
  ['webhook_deliveries', 'endpoint_id, message_id', 'an event would be sent to an endpoint by two deliveries'],
];

const UNIQUE = `
  select tables.relname || ' (' || string_agg(attname, ', ' order by key.position) || ')' as key
  from pg_index
  join pg_class tables on tables.oid = indrelid
  cross join unnest(indkey::int2[]) with ordinality as key (attnum, position)
  join pg_attribute on attrelid = indrelid and pg_attribute.attnum = key.attnum
  where indisunique
    and coalesce(pg_get_expr(indpred, indrelid), '') ~ '^(\\(\\w+ IS NOT NULL\\))?$'
    and tables.relnamespace = 'public'::regnamespace
  group by indexrelid, tables.relname`;

describe('what there may be once', () => {
  let keys: string[];
  beforeAll(async () => {
    const database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    keys = (await client.query<{ key: string }>(UNIQUE)).rows.map(({ key }) => key);
    await client.end();
    await database.drop();
  });

  it.each(KEYS)('in %s by %s, or else %s', (table, columns) => {
    expect(keys).toContain(`${table} (${columns})`);
  });
});
