import type Stripe from 'stripe';
import type { HiddenEndpoint } from '../kinds/kinds.js';
import { reasonOf } from '../log.js';
import type { Ground } from '../store/ground.js';
import { post } from './post.js';
import { secretsAt } from './rotate-secret.js';
import { signatureHeader } from './signature.js';

export interface Delivery {
  id: string;
  event_id: string;
  endpoint_id: string;
  attempts: number;
}

interface Letter {
  event: Stripe.EventBase;
  url: string;
  hidden: HiddenEndpoint;
  pending: number;
}

export type Outcome = { accepted: boolean; result: string };

/** Sends an event to an endpoint once, signed anew. Only a 2xx counts as accepted. */
export async function attempt(ground: Ground, delivery: Delivery): Promise<Outcome> {
  try {
    const letter = await readLetter(ground, delivery);
    if (letter === undefined) return { accepted: false, result: 'the endpoint was deleted' };
    const body = JSON.stringify({ ...letter.event, pending_webhooks: letter.pending }, null, 2);
    const now = ground.clock.nowSeconds();
    const status = await post(letter.url, body, {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      accept: '*/*; q=0.5, application/xml',
      'cache-control': 'no-cache',
      'stripe-signature': signatureHeader(body, secretsAt(letter.hidden, now), now),
    });
    return { accepted: status >= 200 && status < 300, result: `answered ${status}` };
  } catch (error) {
    return { accepted: false, result: reasonOf(error) };
  }
}

async function readLetter({ database }: Ground, delivery: Delivery): Promise<Letter | undefined> {
  const [letter] = await database.query<Letter>(
    `select
       event.shown as event,
       endpoint.shown ->> 'url' as url,
       endpoint.hidden,
       (
         select count(*)::int
         from sandbox.deliveries d
         where d.event_id = event.id and d.state <> 'delivered'
       ) as pending
     from sandbox.objects event
     join sandbox.objects endpoint on endpoint.id = $2 and not endpoint.deleted
     where event.id = $1`,
    [delivery.event_id, delivery.endpoint_id],
  );
  return letter;
}
