import type Stripe from 'stripe';
import { html } from '../html.js';
import { shield } from '../icons.js';
import { badge, merchant, type Page } from '../layout.js';
import { savedLabel } from '../means-fields.js';

export interface ChallengeView {
  /** Where the answer is posted to. */
  action: string;
  /** What is to be paid; nothing when a card is only to be saved. */
  amount?: string;
  card: Stripe.PaymentMethod | undefined;
}

const whatFor = (amount: string | undefined): string =>
  amount === undefined
    ? `${merchant} wants to keep your card for later payments.`
    : `${merchant} asks for a payment of ${amount}.`;

/** The page on which a bank asks the holder of a card whether it is really they who pay. */
export const challengePage = ({ action, amount, card }: ChallengeView): Page => ({
  title: 'Confirm with your bank – 3-D Secure',
  body: html`<main class="notice"><div class="card">
<div class="mark calm">${shield}</div>
<h1>Confirm that it is you</h1>
<p>${whatFor(amount)} In real life your bank would now ask you in its app or send you a code.</p>
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
