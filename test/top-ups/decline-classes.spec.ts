import { afterDecline, classOfDecline, type Decline } from '../../src/top-ups/decline-classes.js';

const NOW = new Date('2026-11-29T12:00:00Z');

const decline = (given: Partial<Decline>): Decline => ({
  code: 'card_declined',
  declineCode: null,
  adviceCode: null,
  networkDeclineCode: null,
  networkAdviceCode: null,
  ...given,
});

describe('a decline', () => {
  it.each([
    'lost_card',
    'stolen_card',
    'pickup_card',
    'restricted_card',
    'fraudulent',
    'revocation_of_authorization',
    'stop_payment_order',
    'do_not_try_again',
    'transaction_not_allowed',
    'test_mode_live_card',
  ])('for the reason %s is hard', (declineCode) => {
    expect(classOfDecline(decline({ declineCode }))).toBe('hard');
  });

  it.each(['expired_card', 'incorrect_cvc', 'incorrect_number', 'account_closed'])(
    'with the code %s is hard',
    (code) => {
      expect(classOfDecline(decline({ code }))).toBe('hard');
    },
  );

  it.each(['04', '07', '12', '14', '15', '41', '43', '46', '57', 'R0', 'R1', 'R3'])(
    "with the network's code %s is hard, whatever else is said of it",
    (networkDeclineCode) => {
      expect(classOfDecline(decline({ declineCode: 'generic_decline', networkDeclineCode }))).toBe('hard');
    },
  );

  it.each([
    { adviceCode: 'do_not_try_again' },
    { adviceCode: 'confirm_card_data' },
    { networkAdviceCode: '03' },
    { networkAdviceCode: '21' },
  ])('with the advice %j is hard', (advice) => {
    expect(classOfDecline(decline({ declineCode: 'do_not_honor', ...advice }))).toBe('hard');
  });

  it.each(['insufficient_funds', 'generic_decline', 'do_not_honor', 'card_velocity_exceeded', 'issuer_not_available'])(
    'for the reason %s is soft',
    (declineCode) => {
      expect(classOfDecline(decline({ declineCode, adviceCode: 'try_again_later' }))).toBe('soft');
    },
  );

  it('with a word that nobody knows is soft, and so is a fault of processing', () => {
    expect(classOfDecline(decline({ code: 'processing_error' }))).toBe('soft');
    expect(classOfDecline(decline({ declineCode: 'of_the_year_2030', networkDeclineCode: '99' }))).toBe('soft');
  });

  it('that asks for authentication waits for a person, also where the network says never', () => {
    for (const given of [{ code: 'authentication_required' }, { declineCode: 'authentication_required' }])
      expect(classOfDecline(decline({ ...given, networkDeclineCode: '57' }))).toBe('authentication');
  });
});

describe('after a decline', () => {
  const soft = decline({ declineCode: 'insufficient_funds' });

  it('that is soft there are three more tries, after 1, 24 and 72 hours, and then none', () => {
    expect([0, 1, 2, 3].map((before) => afterDecline(soft, before, NOW))).toEqual([
      { change: 'declined', nextTryAt: new Date('2026-11-29T13:00:00Z'), softDeclines: 1 },
      { change: 'declined', nextTryAt: new Date('2026-11-30T12:00:00Z'), softDeclines: 2 },
      { change: 'declined', nextTryAt: new Date('2026-12-02T12:00:00Z'), softDeclines: 3 },
      { change: 'stopped', because: 'declined_too_often' },
    ]);
  });

  it('that is hard there is no other try, not even the first time', () => {
    expect(afterDecline(decline({ declineCode: 'stolen_card' }), 0, NOW)).toEqual({
      change: 'stopped',
      because: 'declined_for_good',
    });
  });

  it('that asks for a person nothing is tried without one', () => {
    expect(afterDecline(decline({ code: 'authentication_required' }), 2, NOW)).toEqual({ change: 'challenged' });
  });
});
