import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { withStatementLimit } from '../../database/limited-client.js';
import { firstIdAt } from '../../kernel/ids.js';
import type { Target } from '../compare/look-at.js';
import type { Reconciliation } from '../reconciliation.js';

/** Something of the books that Stripe has not listed, and behind which the next question begins. */
export interface Unseen extends Target {
  cursor: NonNullable<unknown>;
}

/** A grant's place in the order of its question. */
interface GrantPlace {
  at: string;
  accountId: string;
  grantId: string;
}

/** Before every grant of the same instant. */
const NOWHERE = { accountId: '', grantId: '' };

interface BoughtRow {
  account_id: string;
  id: string;
  source_type: string;
  source_id: string;
  created_at: Date;
}

function placeOf({ created_at, account_id, id }: BoughtRow): GrantPlace {
  return { at: created_at.toISOString(), accountId: account_id, grantId: id };
}

/** An order's place in the order of its question. */
interface OrderPlace {
  at: string;
  orderId: string;
}

/** A refund that was recorded is asked of Stripe at once, and then by a job: after this long something keeps it. */
const ASKED_WITHIN_MS = 3_600_000;

/** All that Stripe has listed is passed over to find what it has not: millions of purchases in a busy month. */
const READ_LIMIT_MS = 600_000;
const GRANTS_PER_READ = 2_000;

/** What the books hold within the window of a run, of its mode, and Stripe has not listed there. */
@Injectable()
export class UnseenQueries {
  constructor(private readonly database: Database) {}

  /** Grants that were bought. One without an order is of either mode, and it is Stripe that says of which. */
  async payments(run: Reconciliation, limit: number): Promise<Unseen[]> {
    const unseen: Unseen[] = [];
    let place = (run.cursor as GrantPlace | null) ?? { at: new Date(run.from.getTime() - 1).toISOString(), ...NOWHERE };
    for (;;) {
      const bought = await this.bought(run, place);
      unseen.push(...(await this.unlisted(run, bought)));
      const last = bought.at(-1);
      if (last === undefined || bought.length < GRANTS_PER_READ || unseen.length >= limit)
        return unseen.slice(0, limit);
      place = placeOf(last);
    }
  }

  private bought({ from, to }: Reconciliation, after: GrantPlace): Promise<BoughtRow[]> {
    return this.read<BoughtRow>(
      `select account_id, id, source_type, source_id, created_at
       from grants
       where source_type in ('payment_intent', 'checkout_session')
         and created_at between $1 and $2
         and (created_at, account_id, id) > ($3::timestamptz, $4, $5)
       order by created_at, account_id, id
       limit $6`,
      [from, to, after.at, after.accountId, after.grantId, GRANTS_PER_READ],
    );
  }

  /** Those of them that Stripe has not listed. Asked apart, since grants may be on other machines than orders. */
  private async unlisted({ id, livemode }: Reconciliation, bought: readonly BoughtRow[]): Promise<Unseen[]> {
    const rows = await this.read<{ place: string }>(
      `select g.place
       from unnest($3::text[], $4::text[], $5::text[]) with ordinality g (account_id, source_type, source_id, place)
       left join orders o on o.account_id = g.account_id and o.source_type = g.source_type and o.source_id = g.source_id
       where o.livemode is distinct from not $2::boolean
         and not exists (
           select
           from reconciliation_sightings s
           where s.reconciliation_id = $1
             and s.stripe_id = g.source_id
         )`,
      [
        id,
        livemode,
        bought.map((row) => row.account_id),
        bought.map((row) => row.source_type),
        bought.map((row) => row.source_id),
      ],
    );
    const places = new Set(rows.map(({ place }) => Number(place)));
    return bought
      .filter((_, index) => places.has(index + 1))
      .map((row) => ({
        subject: 'payment',
        stripeId: row.source_id,
        accountHint: row.account_id,
        cursor: placeOf(row),
      }));
  }

  /** Orders of invoices that no payment has paid: with one, the payment is looked at. */
  async invoices({ id, livemode, from, to, cursor }: Reconciliation, limit: number): Promise<Unseen[]> {
    const after = cursor as OrderPlace | null;
    const rows = await this.read<{ id: string; stripe_invoice_id: string; fulfilled_at: Date }>(
      `select o.id, o.stripe_invoice_id, o.fulfilled_at
       from orders o
       where o.stripe_invoice_id is not null
         and o.payment_intent_id is null
         and o.fulfilled_at between $2 and $3
         and (o.fulfilled_at, o.id) > ($4::timestamptz, $5)
         and o.livemode = $6
         and not exists (
           select
           from reconciliation_sightings s
           where s.reconciliation_id = $1
             and s.stripe_id = o.stripe_invoice_id
         )
       order by o.fulfilled_at, o.id
       limit $7`,
      [id, from, to, after?.at ?? new Date(from.getTime() - 1), after?.orderId ?? '', livemode, limit],
    );
    return rows.map((row) => ({
      subject: 'invoice',
      stripeId: row.stripe_invoice_id,
      cursor: { at: row.fulfilled_at.toISOString(), orderId: row.id } satisfies OrderPlace,
    }));
  }

  /** Refunds for which credits were taken. One that Stripe does not know yet counts once it should. */
  async refunds({ id, livemode, from, to, cursor }: Reconciliation, limit: number, now: Date): Promise<Unseen[]> {
    const rows = await this.read<{ id: string; stripe_refund_id: string | null }>(
      `select r.id, r.stripe_refund_id
       from refunds r
       join orders o on o.id = r.order_id
       where r.id between $2 and $3
         and r.id > $4
         and r.counted
         and o.livemode = $5
         and (r.stripe_refund_id is not null or r.created_at < $6)
         and not exists (
           select
           from reconciliation_sightings s
           where s.reconciliation_id = $1
             and s.stripe_id = r.stripe_refund_id
         )
       order by r.id
       limit $7`,
      [
        id,
        firstIdAt('rfd', from),
        firstIdAt('rfd', to),
        typeof cursor === 'string' ? cursor : '',
        livemode,
        new Date(now.getTime() - ASKED_WITHIN_MS),
        limit,
      ],
    );
    return rows.map((row) => ({ subject: 'refund', stripeId: row.stripe_refund_id ?? row.id, cursor: row.id }));
  }

  /** Disputes of the window, and those that are still open whenever they began. */
  async disputes({ id, livemode, from, to, cursor }: Reconciliation, limit: number): Promise<Unseen[]> {
    const rows = await this.read<{ id: string; stripe_dispute_id: string }>(
      `select d.id, d.stripe_dispute_id
       from disputes d
       join orders o on o.id = d.order_id
       where (d.opened_at between $2 and $3 or d.closed_at is null)
         and d.id > $4
         and o.livemode = $5
         and not exists (
           select
           from reconciliation_sightings s
           where s.reconciliation_id = $1
             and s.stripe_id = d.stripe_dispute_id
         )
       order by d.id
       limit $6`,
      [id, from, to, typeof cursor === 'string' ? cursor : '', livemode, limit],
    );
    return rows.map((row) => ({ subject: 'dispute', stripeId: row.stripe_dispute_id, cursor: row.id }));
  }

  /** Subscriptions that go on here, whenever they began: Stripe lists those that do not go on there only when asked. */
  async subscriptions({ id, livemode, cursor }: Reconciliation, limit: number): Promise<Unseen[]> {
    const rows = await this.read<{ id: string }>(
      `select s.stripe_subscription_id as id
       from subscriptions s
       where s.stripe_subscription_id > $2
         and s.livemode = $3
         and s.status not in ('canceled', 'incomplete_expired')
         and not exists (
           select
           from reconciliation_sightings seen
           where seen.reconciliation_id = $1
             and seen.stripe_id = s.stripe_subscription_id
         )
       order by s.stripe_subscription_id
       limit $4`,
      [id, typeof cursor === 'string' ? cursor : '', livemode, limit],
    );
    return rows.map((row) => ({ subject: 'subscription', stripeId: row.id, cursor: row.id }));
  }

  private read<Row>(sql: string, parameters: unknown[]): Promise<Row[]> {
    return withStatementLimit(READ_LIMIT_MS, () => this.database.query<Row>(sql, parameters));
  }
}
