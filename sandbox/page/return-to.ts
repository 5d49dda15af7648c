import type Stripe from 'stripe';
import type { Exchange } from '../http/exchange.js';
import { sendPage } from './layout.js';
import { answeredPage } from './notices.js';
import { redirect } from './redirect.js';

/** Sends the payer back to whose intent it is, with what Stripe adds to such an address; or says that it is done. */
export function returnTo(
  exchange: Exchange,
  returnUrl: string | undefined,
  { id, object, client_secret }: Stripe.PaymentIntent | Stripe.SetupIntent,
  succeeded: boolean,
): void {
  const url = URL.parse(returnUrl ?? '');
  if (url === null) {
    sendPage(exchange, 200, answeredPage);
    return;
  }
  url.searchParams.set(object, id);
  url.searchParams.set(`${object}_client_secret`, client_secret ?? '');
  url.searchParams.set('redirect_status', succeeded ? 'succeeded' : 'failed');
  redirect(exchange, url.href);
}
