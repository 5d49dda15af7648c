import { Injectable } from '@nestjs/common';
import { accountOfCustomer, accountOfId } from '../../accounts/accounts.queries.js';
import { Database, type Tx } from '../../database/database.js';
import type { StripeCheckout } from '../../stripe/objects/sale-objects.js';

/**
 * The account that a payment of a link is for, as SQL over its reference, its customer and the account that it was
 * attributed to: whom somebody has named comes before whom the payment's address names, and that before the customer.
 */
const ACCOUNT_OF_PARKED = `
  select coalesce(attributed, (${accountOfId('named')}), (${accountOfCustomer('customer')}))`;

const AT_A_TIME = 100;

@Injectable()
export class ParkedPaymentsQueries {
  constructor(private readonly database: Database) {}

  /** The sessions of payments that an account is known for by now, behind `after`, in order. */
  async listAttributable(after: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `select stripe_checkout_session_id as id
       from parked_payments
       cross join lateral (select account_id, reference, stripe_customer_id) p (attributed, named, customer)
       where stripe_checkout_session_id > $1
         and (${ACCOUNT_OF_PARKED}) is not null
       order by stripe_checkout_session_id
       limit $2`,
      [after, AT_A_TIME],
    );
    return rows.map(({ id }) => id);
  }
}

/** The account that a payment of a link is for; undefined while there is none. */
export async function accountOfLinkPayment(tx: Tx, checkout: StripeCheckout): Promise<string | undefined> {
  const [row]: { id: string | null }[] = await tx.query(
    `select (${ACCOUNT_OF_PARKED}) as id
     from (values ((select account_id from parked_payments where stripe_checkout_session_id = $1), $2::text, $3::text))
       p (attributed, named, customer)`,
    [checkout.stripeCheckoutSessionId, checkout.reference, checkout.stripeCustomerId],
  );
  return row?.id ?? undefined;
}
