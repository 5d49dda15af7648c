import type Stripe from 'stripe';
import { keepNew } from '../../events/change.js';
import { type HiddenIntent, kinds } from '../../kinds/kinds.js';
import { newMetadata } from '../../params/metadata.js';
import { newId, randomText } from '../../store/ids.js';
import type { Work } from '../../store/work.js';
import type { SetupIntent } from './confirm-setup.js';

export interface SetupFacts {
  customerId: string | null;
  data: Pick<Stripe.SetupIntentCreateParams, 'description' | 'metadata' | 'usage'>;
  automatic?: Stripe.SetupIntent.AutomaticPaymentMethods;
}

/** Keeps an intent to save a card for later payments. */
export async function keepSetupIntent(work: Work, facts: SetupFacts, hidden: HiddenIntent = {}): Promise<SetupIntent> {
  const intent = { shown: newSetupIntent(facts, work.now), hidden };
  await keepNew(work, kinds.setupIntent, intent, 'setup_intent.created');
  return intent;
}

function newSetupIntent({ customerId, data, automatic }: SetupFacts, created: number): Stripe.SetupIntent {
  const id = newId('seti');
  return {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: automatic ?? null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${randomText(25)}`,
    created,
    customer: customerId,
    customer_account: null,
    description: data.description ?? null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata: newMetadata(data.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: data.usage ?? 'off_session',
  };
}
