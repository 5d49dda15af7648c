import type { Exchange } from '../../http/exchange.js';
import { kinds } from '../../kinds/kinds.js';
import { formatMoney } from '../../payments/currencies.js';
import { findObject } from '../../store/objects.js';
import type { World } from '../../world.js';
import { dayOf } from '../day.js';
import { html } from '../html.js';
import { badge, coin, merchant, sendPage } from '../layout.js';
import { savedLabel } from '../means-fields.js';
import { unknownPage } from '../notices.js';
import { standingOf } from '../portal/portal-page.js';

/** Shows the receipt of a payment to whoever has its address, as Stripe does. */
export async function serveReceipt(world: World, exchange: Exchange): Promise<void> {
  const charge = await findObject(world.database, kinds.charge, exchange.path.slice('/receipts/'.length));
  if (charge === undefined || !charge.shown.paid) return sendPage(exchange, 404, unknownPage);
  const { shown } = charge;
  const method = await findObject(world.database, kinds.paymentMethod, String(shown.payment_method));
  const amount = formatMoney(shown.amount, shown.currency);
  sendPage(exchange, 200, {
    title: `Receipt for ${amount} – ${merchant}`,
    body: html`<main class="notice"><div class="card receipt">
<p class="brand">${coin}${merchant}</p>
<h1>Receipt for ${amount}</h1>
<dl class="facts">
<div><dt>Paid on</dt><dd>${dayOf(shown.created)}</dd></div>
<div><dt>For</dt><dd>${shown.description ?? 'Payment'}</dd></div>
${method?.shown.card && html`<div><dt>With</dt><dd>${savedLabel(method.shown)}</dd></div>`}
${shown.receipt_email !== null && html`<div><dt>Sent to</dt><dd>${shown.receipt_email}</dd></div>`}
<div><dt>Status</dt><dd>${standingOf(shown)}</dd></div>
<div><dt>Number</dt><dd class="number">${shown.id.slice(-10)}</dd></div>
</dl>
${badge}
</div></main>`,
  });
}
