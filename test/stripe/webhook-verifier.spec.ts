import { createHmac } from 'node:crypto';
import {
  InvalidSignature,
  MalformedEvent,
  UnexpectedAccount,
  WrongMode,
} from '../../src/stripe/client/stripe.problems.js';
import { WebhookVerifier } from '../../src/stripe/events/webhook-verifier.js';

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

  it.each([
    ['nothing', ''],
    ['bytes that are no text', '\xff'.repeat(64)],
    ['letters of two bytes', 'é'.repeat(64)],
    ['digits of another base', 'z'.repeat(64)],
    ['digits and what is none', `${'a'.repeat(63)}\xff`],
  ])('a signature of %s matches nothing, and does not spoil one that matches', (_what, digits) => {
    const text = eventText();
    const other = `t=${NOW_SECONDS},v1=${digits}`;
    expect(() => verify(text, other)).toThrow(InvalidSignature);
    expect(() => verify(text, `${other},v1`)).toThrow(InvalidSignature);
    expect(verify(text, sign(text, 'whsec_new').replace(',', `,v1=${digits},v1,`)).stripeEventId).toBe('evt_1');
  });

  it.each([
    ['no JSON', '{"id":'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '1'],
    ['a text', '"x"'],
    ['an empty object', '{}'],
    ['a thin event', eventText({ object: 'v2.core.event' })],
    ['an event without an id', eventText({ id: undefined })],
    ['an id that is a number', eventText({ id: 5 })],
    ['an id with a NUL', eventText({ id: 'evt_\0' })],
    ['an id without an end', eventText({ id: 'e'.repeat(256) })],
    ['an event without a type', eventText({ type: undefined })],
    ['a type with a NUL', eventText({ type: 'a\0' })],
    ['a version that is a number', eventText({ api_version: 7 })],
    ['an event without a time', eventText({ created: undefined })],
    ['a time beyond all calendars', eventText({ created: 1e15 })],
    ['a time as a text', eventText({ created: '2026' })],
    ['an event without a mode', eventText({ livemode: undefined })],
    ['an event without data', eventText({ data: undefined })],
    ['an event about nothing', eventText({ data: { object: null } })],
  ])('refuses %s, also when it is signed', (_what, text) => {
    expect(() => verify(text, sign(text, 'whsec_new'))).toThrow(MalformedEvent);
    expect(() => verify(text, sign(text, 'whsec_other'))).toThrow(InvalidSignature);
  });

  it('takes events of its own mode and account alone', () => {
    const live = eventText({ livemode: true });
    expect(() => verify(live, sign(live, 'whsec_new'))).toThrow(WrongMode);
    const connected = eventText({ account: 'acct_1' });
    expect(() => verify(connected, sign(connected, 'whsec_new'))).toThrow(UnexpectedAccount);
  });
});
