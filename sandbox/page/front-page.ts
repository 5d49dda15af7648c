import type Stripe from 'stripe';
import type { Exchange } from '../http/exchange.js';
import { kinds } from '../kinds/kinds.js';
import { formatMoney } from '../payments/currencies.js';
import { listObjects } from '../store/list.js';
import type { World } from '../world.js';
import { type Html, html } from './html.js';
import { badge, sendPage } from './layout.js';

const shown = 20;

/** Tells a visitor what this is and what has happened lately. */
export async function serveFrontPage(world: World, exchange: Exchange): Promise<void> {
  const sessions = await listObjects(world.database, kinds.checkoutSession, { limit: shown });
  const events = await listObjects(world.database, kinds.event, { limit: shown });
  sendPage(exchange, 200, {
    title: 'Stripe sandbox',
    body: html`<main class="wide">
<h1>Stripe sandbox</h1>
<p class="lead">A stand-in for Stripe's API that remembers everything in its Postgres. Point the official SDK at this
address with any <code>sk_test_…</code> key; pay with test cards on the pages below. Its README says what it does and
what it does not.</p>
<p>${badge}</p>
<h2>Checkout sessions</h2>
${sessions.data.length === 0 ? html`<p class="lead">None yet.</p>` : sessionTable(sessions.data)}
<h2>Events</h2>
${events.data.length === 0 ? html`<p class="lead">None yet.</p>` : eventTable(events.data)}
</main>`,
  });
}

const time = (created: number): string => new Date(created * 1000).toISOString().replace('T', ' ').slice(0, 19);

const sessionTable = (sessions: Stripe.Checkout.Session[]): Html => html`<div class="scroll"><table>
<thead><tr><th>Created (UTC)</th><th>Amount</th><th>Status</th><th>Payment</th><th>Session</th></tr></thead>
<tbody>${sessions.map(
  (session) => html`<tr>
<td data-label="Created (UTC)">${time(session.created)}</td>
<td data-label="Amount">${formatMoney(session.amount_total ?? 0, session.currency ?? 'usd')}</td>
<td data-label="Status">${session.status}</td><td data-label="Payment">${session.payment_status}</td>
<td data-label="Session"><a href="/c/pay/${session.id}"><code>${session.id.slice(0, 24)}…</code></a></td>
</tr>`,
)}</tbody></table></div>`;

const eventTable = (events: Stripe.EventBase[]): Html => html`<div class="scroll"><table>
<thead><tr><th>Created (UTC)</th><th>Type</th><th>Event</th></tr></thead>
<tbody>${events.map(
  (event) => html`<tr>
<td data-label="Created (UTC)">${time(event.created)}</td>
<td data-label="Type">${event.type}</td>
<td data-label="Event"><code>${event.id}</code></td>
</tr>`,
)}</tbody></table></div>`;
