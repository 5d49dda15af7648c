import type Stripe from 'stripe';
import type { BuyerDetails } from '../../kinds/session.js';
import { reprice, type Session } from './reprice.js';
import { detailsOf } from './session-customer.js';

/** The session as it is with these details: tax is known with the country, so that the amounts may change. */
export function withDetails(session: Session, details: BuyerDetails): Session {
  const { shown, hidden } = session;
  const known = shown.customer_details ?? detailsOf({});
  const address = details.address ?? known.address;
  return reprice({
    shown: {
      ...shown,
      automatic_tax: { ...shown.automatic_tax, status: shown.automatic_tax.enabled ? 'complete' : null },
      collected_information: collected(details),
      consent: consentGiven(shown, details),
      customer_details: {
        ...known,
        address,
        business_name: details.businessName,
        email: details.email,
        name: details.name ?? known.name,
        tax_ids: details.taxId === null ? known.tax_ids : [details.taxId],
      },
    },
    hidden: { ...hidden, details },
  });
}

function collected({ businessName, name }: BuyerDetails): Stripe.Checkout.Session.CollectedInformation | null {
  if (businessName === null && name === null) return null;
  return { business_name: businessName, individual_name: name, shipping_details: null };
}

const consentGiven = (
  { consent_collection }: Stripe.Checkout.Session,
  { acceptsTerms }: BuyerDetails,
): Stripe.Checkout.Session.Consent | null =>
  consent_collection === null ? null : { promotions: null, terms_of_service: acceptsTerms ? 'accepted' : null };
