import type Stripe from 'stripe';
import { html } from '../html.js';
import { badge, merchant, type Page } from '../layout.js';
import { savedLabel } from '../means-fields.js';

export interface ChallengeView {
  /** Where the answer is posted to. */
  action: string;
  /** What is to be paid; nothing when a card is only to be saved. */
  amount?: string;
  card: Stripe.PaymentMethod | undefined;
}

const shield = html`<svg width="28" height="28" viewBox="0 0 28 28" aria-hidden="true"><path d="M14 4.5 22 8v6c0 5-3.4 8-8 9.5C9.4 22 6 19 6 14V8z" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linejoin="round"/><path d="m10.5 14 2.6 2.6 4.6-5" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

/** The page on which a bank asks the holder of a card whether it is really they who pay. */
export const challengePage = ({ action, amount, card }: ChallengeView): Page => ({
  title: 'Confirm with your bank – 3-D Secure',
  body: html`<main class="notice"><div class="card">
<div class="mark calm">${shield}</div>
<h1>Confirm that it is you</h1>
<p>${amount === undefined ? `${merchant} wants to keep your card for later payments.` : `${merchant} asks for a payment of ${amount}.`} In real life your bank would now ask you in its app or send you a code.</p>
<dl class="facts">
<div><dt>Merchant</dt><dd>${merchant}</dd></div>
${amount !== undefined && html`<div><dt>Amount</dt><dd>${amount}</dd></div>`}
${card?.card && html`<div><dt>Card</dt><dd>${savedLabel(card)}</dd></div>`}
</dl>
<form method="post" action="${action}">
<button class="pay" type="submit" name="outcome" value="complete">Complete authentication</button>
<button class="plain" type="submit" name="outcome" value="fail">Fail authentication</button>
</form>
${badge}
</div></main>`,
});
