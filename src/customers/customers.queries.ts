import { accountOfCustomer } from '../accounts/accounts.queries.js';

/**
 * SQL for the accounts that a customer of Stripe's is or was, as `account_id`: first the one that it is, where it is
 * one. `customer` is an expression of SQL.
 */
export function accountsOfCustomer(customer: string): string {
  return `
    select id as account_id
    from (${accountOfCustomer(customer)}) current
    union all
    select account_id
    from former_customers
    where stripe_customer_id = ${customer}`;
}
