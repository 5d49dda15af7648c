import type { Decline } from '../../kinds/card.js';
import type { TestCard } from './card.js';

const declining = (number: string, decline: Decline, label?: string): TestCard => ({
  number,
  brand: 'visa',
  funding: 'credit',
  refund: 'succeeds',
  decline,
  declinesSaving: true,
  ...(label && { label }),
});

export const declined = (declineCode: string, message = 'Your card was declined.'): Decline => ({
  code: 'card_declined',
  declineCode,
  message,
});

/** Cards that the bank refuses, each for a reason of its own. */
export const decliningCards: TestCard[] = [
  declining('4000000000000002', declined('generic_decline'), 'Declined'),
  declining('4000000000009995', declined('insufficient_funds', 'Your card has insufficient funds.'), 'No funds'),
  declining('4000000000009987', declined('lost_card')),
  declining('4000000000009979', declined('stolen_card')),
  declining('4000000000006975', declined('card_velocity_exceeded')),
  { ...declining('4000000000000341', declined('generic_decline')), declinesSaving: false },
  declining('4000000000000069', { code: 'expired_card', message: 'Your card has expired.' }),
  declining('4000000000000127', { code: 'incorrect_cvc', message: "Your card's security code is incorrect." }),
  declining('4000000000000119', {
    code: 'processing_error',
    message: 'An error occurred while processing your card. Try again in a little bit.',
  }),
];

/** What Stripe says in test mode about a number that is none of its test cards. */
export const notATestCard: Decline = declined(
  'test_mode_live_card',
  'Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test ' +
    'cards, visit: https://stripe.com/docs/testing.',
);
