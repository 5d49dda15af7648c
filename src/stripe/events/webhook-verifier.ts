import Stripe from 'stripe';
import type { StripeConnection } from '../../config/config.module.js';
import {
  InvalidSignature,
  MalformedEvent,
  type SignatureFault,
  UnexpectedAccount,
  WrongMode,
} from '../client/stripe.problems.js';
import { isLiveKey } from '../client/stripe-client.js';

/** How old a signature may be. The SDK checks the age alone: a time in the future passes. */
const TOLERANCE_SECONDS = 300;
/** A time and at least one signature of the scheme that Stripe uses. */
const HEADER = /^(?=.*\bt=\d+)(?=.*\bv1=)/;
/** The SDK throws something else than its own error when it compares what is no signature. */
const SIGNATURE = /^v1=[0-9a-f]{64}$/;
/** Ids, types and versions of Stripe's: visible, and of a length that can be looked up. */
const NAME = /^[\x21-\x7e]{1,255}$/;
/** The end of the year 9999. */
const LATEST_SECONDS = 253_402_300_799;
/** Signing needs no key; the constructor does. */
const { webhooks } = new Stripe('sk_test_unused');

/** An event that really comes from Stripe, and is meant for this service. The payload is the body as it was signed. */
export interface ReceivedEvent {
  stripeEventId: string;
  type: string;
  apiVersion: string | null;
  createdAt: Date;
  livemode: boolean;
  payload: string;
}

/** Tells the deliveries of Stripe from all others. Several secrets may be valid at once, while one replaces another. */
export class WebhookVerifier {
  private readonly livemode: boolean;
  private readonly secrets: readonly string[];

  constructor({ secretKey, webhookSecrets }: StripeConnection) {
    this.livemode = isLiveKey(secretKey);
    this.secrets = webhookSecrets;
  }

  /**
   * Checks signature, age, form, mode and account, in this order, of the exact bytes that were received.
   * @throws InvalidSignature, MalformedEvent, WrongMode, UnexpectedAccount
   */
  verify(body: Buffer, signature: string | undefined, now: Date): ReceivedEvent {
    const event = this.open(body, signature, now);
    if (!isEvent(event)) throw new MalformedEvent();
    if (event.livemode !== this.livemode)
      throw new WrongMode({ eventLivemode: event.livemode, keyLivemode: this.livemode });
    if ((event.account ?? null) !== null) throw new UnexpectedAccount();
    return {
      stripeEventId: event.id,
      type: event.type,
      apiVersion: event.api_version ?? null,
      createdAt: new Date(event.created * 1000),
      livemode: event.livemode,
      payload: body.toString('utf8'),
    };
  }

  private open(body: Buffer, signature: string | undefined, now: Date): unknown {
    if (signature === undefined || !HEADER.test(signature)) throw new InvalidSignature('missing');
    const header = withoutOddSignatures(signature);
    let fault: SignatureFault = 'mismatch';
    for (const secret of this.secrets) {
      try {
        return webhooks.constructEvent(body, header, secret, TOLERANCE_SECONDS, undefined, now.getTime());
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw new MalformedEvent();
        // A matching signature is looked for before its age, so only its owner learns that it is too old.
        if (error.message.startsWith('Timestamp outside')) fault = 'stale';
      }
    }
    throw new InvalidSignature(fault);
  }
}

const withoutOddSignatures = (header: string): string =>
  header
    .split(',')
    .filter((part) => !/^v1(=|$)/.test(part) || SIGNATURE.test(part))
    .join(',');

/** Whether all is there that is stored apart or read later. Who holds the secret may still sign anything. */
function isEvent(value: unknown): value is Stripe.Event {
  if (!isObject(value)) return false;
  const { id, type, created, livemode, api_version: apiVersion, data } = value;
  return (
    isName(id) &&
    isName(type) &&
    (apiVersion === undefined || apiVersion === null || isName(apiVersion)) &&
    Number.isSafeInteger(created) &&
    Number(created) >= 0 &&
    Number(created) <= LATEST_SECONDS &&
    typeof livemode === 'boolean' &&
    isObject(data) &&
    isObject(data.object)
  );
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && NAME.test(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
