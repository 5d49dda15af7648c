import { createHmac } from 'node:crypto';
import { InvalidSignature, UnexpectedAccount, WrongMode } from '../../src/stripe/stripe.problems.js';
import { WebhookVerifier } from '../../src/stripe/webhook-verifier.js';

const NOW = new Date('2026-11-21T09:30:00Z');
const NOW_SECONDS = NOW.getTime() / 1000;
const verifier = new WebhookVerifier({ secretKey: 'sk_test_1', webhookSecrets: ['whsec_new', 'whsec_old'] });

function eventText(changes: object = {}): string {
  const event = {
    id: 'evt_1',
    object: 'event',
    type: 'charge.refunded',
    api_version: null,
    created: NOW_SECONDS,
    livemode: false,
  };
  return JSON.stringify({ ...event, data: { object: {} }, ...changes });
}

function sign(text: string, secret: string, seconds = NOW_SECONDS): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${text}`).digest('hex')}`;
}

function verify(text: string, signature: string | undefined) {
  return verifier.verify(Buffer.from(text), signature, NOW);
}

describe('telling the deliveries of Stripe from others', () => {
  it('accepts any of the secrets, while one replaces another', () => {
    for (const secret of ['whsec_new', 'whsec_old'])
      expect(verify(eventText(), sign(eventText(), secret))).toEqual({
        stripeEventId: 'evt_1',
        type: 'charge.refunded',
        apiVersion: null,
        createdAt: NOW,
        livemode: false,
        payload: eventText(),
      });
  });

  it('says what to check, by what is wrong', () => {
    const text = eventText();
    const detailOf = (signature: string | undefined, body = text) => {
      try {
        return String(verify(body, signature).stripeEventId);
      } catch (error) {
        return error instanceof InvalidSignature ? error.detail : String(error);
      }
    };
    expect(detailOf(undefined)).toContain('missing');
    expect(detailOf('t=1')).toContain('missing');
    expect(detailOf(sign(text, 'whsec_other'))).toContain('No signature matches');
    expect(detailOf(sign(text, 'whsec_new'), `${text} `)).toContain('No signature matches');
    expect(detailOf(sign(text, 'whsec_old', NOW_SECONDS - 301))).toContain('too old');
    expect(detailOf(sign(text, 'whsec_old', NOW_SECONDS - 300))).toBe('evt_1');
  });

  it('takes events of its own mode and account alone', () => {
    const live = eventText({ livemode: true });
    expect(() => verify(live, sign(live, 'whsec_new'))).toThrow(WrongMode);
    const connected = eventText({ account: 'acct_1' });
    expect(() => verify(connected, sign(connected, 'whsec_new'))).toThrow(UnexpectedAccount);
  });
});
