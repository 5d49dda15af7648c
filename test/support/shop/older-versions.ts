import type Stripe from 'stripe';

/** Versions of Stripe's API between which the objects of money have changed their form, oldest first. */
export const OLDER_VERSIONS = ['2020-08-27', '2022-11-15', '2024-06-20', '2025-03-31.basil'] as const;
export type OlderVersion = (typeof OLDER_VERSIONS)[number];

type Fields = Record<string, unknown>;

/** The event as an endpoint of an older version gets it: what has moved since stands where it stood. */
export function inVersion(event: Stripe.Event, version: OlderVersion): object {
  const object = event.data.object as unknown as Fields;
  const older = FORMS[String(object.object)]?.(object, version) ?? object;
  return { ...event, api_version: version, data: { ...event.data, object: older } };
}

const FORMS: Record<string, (object: Fields, version: OlderVersion) => Fields> = {
  invoice: (invoice, version) => (isBefore(version, '2025-03-31.basil') ? invoiceBeforeBasil(invoice) : invoice),
  subscription: (subscription, version) =>
    isBefore(version, '2025-03-31.basil') ? subscriptionBeforeBasil(subscription) : subscription,
  charge: (charge, version) => ({
    ...charge,
    ...(isBefore(version, '2025-03-31.basil') && { invoice: null }),
    ...(isBefore(version, '2022-11-15') && { refunds: { object: 'list', data: [], has_more: true } }),
  }),
  payment_intent: (intent, version) => ({
    ...intent,
    ...(isBefore(version, '2025-03-31.basil') && { invoice: null }),
    ...(isBefore(version, '2022-11-15') && { charges: { object: 'list', data: [], has_more: true } }),
  }),
  'checkout.session': ({ ui_mode: _, ...session }) => ({ ...session, display_items: null, setup_intent: null }),
  dispute: ({ payment_method_details: _, enhanced_eligibility_types: __, ...dispute }) => dispute,
  refund: ({ destination_details: _, ...refund }) => refund,
};

function isBefore(version: OlderVersion, other: OlderVersion): boolean {
  return OLDER_VERSIONS.indexOf(version) < OLDER_VERSIONS.indexOf(other);
}

function invoiceBeforeBasil({ parent, payments: _, confirmation_secret: __, lines, ...invoice }: Fields): Fields {
  const details = (parent as Fields | null)?.subscription_details as Fields | undefined;
  const { data, ...list } = lines as Fields & { data: Fields[] };
  return {
    ...invoice,
    subscription: details?.subscription ?? null,
    subscription_details: { metadata: details?.metadata ?? null },
    payment_intent: 'pi_of_invoice',
    charge: 'ch_of_invoice',
    paid: invoice.status === 'paid',
    lines: {
      ...list,
      data: data.map(({ parent: ___, pricing: ____, ...line }) => ({
        ...line,
        proration: false,
        price: { id: 'price_x' },
      })),
    },
  };
}

function subscriptionBeforeBasil({ items, billing_mode: _, ...subscription }: Fields): Fields {
  const { data, ...list } = items as Fields & { data: Fields[] };
  const [first] = data;
  return {
    ...subscription,
    current_period_start: first?.current_period_start,
    current_period_end: first?.current_period_end,
    items: { ...list, data: data.map(({ current_period_start: __, current_period_end: ___, ...item }) => item) },
  };
}
