import type Stripe from 'stripe';
import type { Session } from '../../checkout/sessions/reprice.js';
import { checkbox, type FormView, selectField, textField } from '../form.js';
import { type Html, html } from '../html.js';

const countryCodes =
  'AT AU BE BG BR CA CH CZ DE DK EE ES FI FR GB GR HK HR HU IE IN IT JP LT LU LV MT MX NL NO NZ PL PT RO SE SG SI ' +
  'SK US';
const countryNames = new Intl.DisplayNames('en', { type: 'region' });

export const firstCountry = 'US';
export const countries: [code: string, name: string][] = countryCodes
  .split(' ')
  .map((code): [string, string] => [code, countryNames.of(code) ?? code])
  .sort(([, a], [, b]) => (a < b ? -1 : 1));

/** The numbers under which one pays tax that the page takes; Stripe knows many more. */
export const taxIdTypes: [type: string, label: string][] = [
  ['eu_vat', 'EU VAT'],
  ['gb_vat', 'UK VAT'],
  ['us_ein', 'US EIN'],
  ['au_abn', 'Australian ABN'],
  ['br_cnpj', 'Brazilian CNPJ'],
  ['ca_bn', 'Canadian BN'],
  ['ch_vat', 'Swiss VAT'],
  ['in_gst', 'Indian GST'],
  ['jp_cn', 'Japanese corporate number'],
  ['mx_rfc', 'Mexican RFC'],
  ['no_vat', 'Norwegian VAT'],
  ['nz_gst', 'New Zealand GST'],
  ['sg_uen', 'Singaporean UEN'],
];

type Shown = Stripe.Checkout.Session;

export const asksAddress = ({ billing_address_collection }: Shown): boolean =>
  billing_address_collection === 'required';

/** Tax needs the country, unless it is known. */
export const asksCountry = (session: Shown): boolean =>
  asksAddress(session) || (session.automatic_tax.enabled && session.automatic_tax.status !== 'complete');

export const asksName = ({ shown, hidden }: Session): boolean =>
  asksAddress(shown) || hidden.customerUpdate?.name === 'auto';

export const asksTaxId = ({ tax_id_collection }: Shown): boolean => tax_id_collection?.enabled ?? false;

export const needsTaxId = ({ tax_id_collection }: Shown): boolean => tax_id_collection?.required === 'if_supported';

export const asksTerms = ({ consent_collection }: Shown): boolean =>
  consent_collection?.terms_of_service === 'required';

export function emailField(session: Session, view: FormView): Html {
  const known = session.shown.customer_details?.email;
  const attributes = known
    ? html`type="email" readonly`
    : html`type="email" autocomplete="email" placeholder="you@example.com"`;
  const form = known ? { ...view, typed: {} } : view;
  const value = known ?? session.hidden.details?.email ?? session.hidden.prefilledEmail;
  return textField({ name: 'email', label: 'Email', known: value, attributes }, form);
}

export function billingFields(session: Session, view: FormView): Html {
  const { shown, hidden } = session;
  const known = hidden.details?.address ?? shown.customer_details?.address;
  const name = hidden.details?.name ?? shown.customer_details?.name;
  const text = (field: string, label: string, value: string | null | undefined, complete: string) =>
    textField({ name: field, label, known: value, attributes: html`autocomplete="${complete}"` }, view);
  const country = { name: 'country', label: 'Country', known: known?.country ?? firstCountry, choices: countries };
  const address = () => html`${text('line1', 'Address', known?.line1, 'address-line1')}<div class="pair">
${text('postalCode', 'Postal code', known?.postal_code, 'postal-code')}
${text('city', 'City', known?.city, 'address-level2')}
</div>`;
  return html`${asksName(session) && text('name', 'Name', name, 'name')}
${asksCountry(shown) && selectField(country, view)}
${asksAddress(shown) && address()}`;
}

export function businessFields({ shown }: Session, view: FormView): Html {
  const open =
    needsTaxId(shown) || ['businessName', 'taxIdValue'].some((name) => view.typed[name] || view.mistakes[name]);
  const optional = !needsTaxId(shown);
  const text = (name: string, label: string, attributes: Html) =>
    textField({ name, label, attributes, optional }, view);
  return html`<details class="business"${open && html` open`}><summary>I am buying as a business</summary>
${text('businessName', 'Business name', html`autocomplete="organization"`)}
<div class="pair">
${selectField({ name: 'taxIdType', label: 'Tax number', choices: taxIdTypes }, view)}
${text('taxIdValue', 'Number', html`class="number"`)}
</div>
</details>`;
}

export function termsField({ shown }: Session, merchant: string, view: FormView): Html {
  const own = shown.custom_text.terms_of_service_acceptance?.message;
  return checkbox({ name: 'termsOfService', label: own ?? `I agree to the terms of service of ${merchant}.` }, view);
}
