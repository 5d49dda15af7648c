import { kinds } from '../../kinds/kinds.js';
import type { Work } from '../../store/work.js';
import type { InvoiceItem } from './new-invoice-item.js';

/** What waits for the next invoice of a subscription, oldest first. */
export const pendingItems = ({ tx }: Work, subscriptionId: string): Promise<InvoiceItem[]> =>
  tx.query<InvoiceItem>(
    `select shown, hidden
     from sandbox.objects
     where kind = $1 and not deleted and shown @> $2
     order by seq`,
    [
      kinds.invoiceItem.name,
      JSON.stringify({ invoice: null, parent: { subscription_details: { subscription: subscriptionId } } }),
    ],
  );
