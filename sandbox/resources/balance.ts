import type Stripe from 'stripe';
import { listPage, need } from '../api/common.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { kinds } from '../kinds/kinds.js';

/** What all movements have left, by currency. In the sandbox money is available at once. */
async function retrieveBalance({ work }: Call<unknown>): Promise<Stripe.Balance> {
  const available = await work.tx.query<Stripe.Balance.Available>(
    `select
       sum((shown ->> 'net')::bigint)::float8 as amount,
       shown ->> 'currency' as currency,
       jsonb_build_object('card', sum((shown ->> 'net')::bigint)) as source_types
     from sandbox.objects
     where kind = $1
     group by shown ->> 'currency'
     order by shown ->> 'currency'`,
    [kinds.balanceTransaction.name],
  );
  const nothing = { amount: 0, currency: 'usd', source_types: { card: 0 } };
  return {
    object: 'balance',
    available: available.length > 0 ? available : [nothing],
    livemode: false,
    pending: (available.length > 0 ? available : [nothing]).map(({ currency }) => ({ ...nothing, currency })),
  };
}

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.BalanceTransaction> {
  return (await need(work, kinds.balanceTransaction, id)).shown;
}

const list = ({ work, params }: Call<Stripe.BalanceTransactionListParams>) => {
  const { currency, source, type } = params;
  return listPage(work, kinds.balanceTransaction, '/v1/balance_transactions', params, {
    equal: { currency: currency?.toLowerCase(), source, type },
  });
};

export const balance: Resource = {
  routes: [
    route('GET /v1/balance', retrieveBalance),
    route('GET /v1/balance_transactions/:id', retrieve),
    route('GET /v1/balance_transactions', list),
  ],
  expansions: { balance_transaction: { source: 'by id' } },
};
