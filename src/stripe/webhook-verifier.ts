import Stripe from 'stripe';
import type { StripeConnection } from '../config/config.module.js';
import { InvalidSignature, type SignatureFault, UnexpectedAccount, WrongMode } from './stripe.problems.js';
import { isLiveKey } from './stripe-client.js';

/** How old a signature may be. The SDK checks the age alone: a time in the future passes. */
const TOLERANCE_SECONDS = 300;
/** A time and at least one signature of the scheme that Stripe uses. */
const HEADER = /^(?=.*\bt=\d+)(?=.*\bv1=)/;
/** Signing needs no key; the constructor does. */
const { webhooks } = new Stripe('sk_test_unused');

/** An event that really comes from Stripe, and is meant for us. The payload is the body as it was signed. */
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
   * Checks signature, age, mode and account, in this order, of the exact bytes that were received.
   * @throws InvalidSignature, WrongMode, UnexpectedAccount
   */
  verify(body: Buffer, signature: string | undefined, now: Date): ReceivedEvent {
    const event = this.open(body, signature, now);
    if (event.livemode !== this.livemode)
      throw new WrongMode({ eventLivemode: event.livemode, keyLivemode: this.livemode });
    if ((event.account ?? null) !== null) throw new UnexpectedAccount();
    return {
      stripeEventId: event.id,
      type: event.type,
      apiVersion: event.api_version,
      createdAt: new Date(event.created * 1000),
      livemode: event.livemode,
      payload: body.toString('utf8'),
    };
  }

  private open(body: Buffer, signature: string | undefined, now: Date): Stripe.Event {
    if (signature === undefined || !HEADER.test(signature)) throw new InvalidSignature('missing');
    let fault: SignatureFault = 'mismatch';
    for (const secret of this.secrets) {
      try {
        return webhooks.constructEvent(body, signature, secret, TOLERANCE_SECONDS, undefined, now.getTime());
      } catch (error) {
        // A matching signature is looked for before its age, so only its owner learns that it is too old.
        if (error instanceof Error && error.message.startsWith('Timestamp outside')) fault = 'stale';
      }
    }
    throw new InvalidSignature(fault);
  }
}
