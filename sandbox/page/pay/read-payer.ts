import type Stripe from 'stripe';
import type { Payer } from '../../checkout/paying/pay-outcome.js';
import { isEmail } from '../../checkout/sessions/check-session-params.js';
import type { Session } from '../../checkout/sessions/reprice.js';
import type { BuyerDetails } from '../../kinds/session.js';
import { bankAccounts, isBankAccountName, takesDebits } from '../../payments/methods/bank-accounts.js';
import { type Means, noAddress } from '../../payments/methods/new-payment-method.js';
import { CardMistakes, readCard } from '../../payments/methods/read-card.js';
import type { Mistakes } from '../form.js';
import {
  asksAddress,
  asksCountry,
  asksName,
  asksTaxId,
  asksTerms,
  countries,
  firstCountry,
  needsTaxId,
  taxIdTypes,
} from './buyer-fields.js';

export type Read<T> = { read: T } | { mistakes: Mistakes };

interface Offer {
  session: Session;
  /** The payment methods that the customer has kept. */
  saved: Stripe.PaymentMethod[];
  /** Whether something to pay with is asked for. */
  asksMeans: boolean;
  nowMs: number;
}

/** Who pays and with what, or what is wrong with what was typed. A session that knows the address keeps to it. */
export function readPayer(form: URLSearchParams, offer: Offer): Read<Payer> {
  const details = readDetails(form, offer.session);
  const means = offer.asksMeans ? readMeans(form, offer) : { read: undefined };
  if ('mistakes' in details || 'mistakes' in means) {
    return { mistakes: { ...mistakesOf(details), ...mistakesOf(means) } };
  }
  return { read: { details: details.read, ...(means.read && { means: means.read }) } };
}

export const mistakesOf = (read: Read<unknown>): Mistakes => ('mistakes' in read ? read.mistakes : {});

function readDetails(form: URLSearchParams, session: Session): Read<BuyerDetails> {
  const { shown } = session;
  const text = (name: string): string => (form.get(name) ?? '').replace(/\p{Cc}/gu, ' ').trim();
  const email = shown.customer_details?.email ?? (form.get('email') ?? '').trim();
  const mistakes: Mistakes = {};
  const need = (name: string, message: string) => {
    if (text(name) === '') mistakes[name] = message;
  };
  if (!isEmail(email)) mistakes.email = 'Enter a valid email address.';
  if (asksAddress(shown)) {
    need('name', 'Enter your name.');
    need('line1', 'Enter your address.');
    need('postalCode', 'Enter your postal code.');
    need('city', 'Enter your city.');
  }
  if (asksCountry(shown) && !countries.some(([code]) => code === (text('country') || firstCountry))) {
    mistakes.country = 'Choose your country.';
  }
  Object.assign(mistakes, taxIdMistakes(shown, text));
  if (asksTerms(shown) && form.get('termsOfService') !== 'yes') {
    mistakes.termsOfService = 'Agree to the terms of service to go on.';
  }
  if (Object.keys(mistakes).length > 0) return { mistakes };
  return {
    read: {
      email,
      name: asksName(session) ? text('name') || null : null,
      address: asksCountry(shown) ? readAddress(text) : null,
      businessName: (asksTaxId(shown) && text('businessName')) || null,
      taxId: asksTaxId(shown) && text('taxIdValue') ? { type: text('taxIdType'), value: text('taxIdValue') } : null,
      acceptsTerms: form.get('termsOfService') === 'yes',
      saves: mayBeSaved(shown) && form.get('save') === 'yes',
    },
  };
}

export const mayBeSaved = ({ saved_payment_method_options: options }: Stripe.Checkout.Session): boolean =>
  options?.payment_method_save === 'enabled';

const readAddress = (text: (name: string) => string): Stripe.Address => ({
  ...noAddress,
  city: text('city') || null,
  country: text('country') || firstCountry,
  line1: text('line1') || null,
  postal_code: text('postalCode') || null,
});

function taxIdMistakes(session: Stripe.Checkout.Session, text: (name: string) => string): Mistakes {
  if (!asksTaxId(session)) return {};
  const [name, type, value] = [text('businessName'), text('taxIdType'), text('taxIdValue')];
  if (name === '' && value === '' && !needsTaxId(session)) return {};
  return {
    ...(name === '' && { businessName: 'Enter the name of your business.' }),
    ...(!taxIdTypes.some(([known]) => known === type) && { taxIdType: 'Choose what number it is.' }),
    ...(!/^[A-Za-z0-9 ./-]{4,40}$/.test(value) && { taxIdValue: 'Enter a valid tax number.' }),
  };
}

/** A card that was typed, an account to debit, or what the customer has kept. */
export function readMeans(
  form: URLSearchParams,
  { session, saved, nowMs }: { session: Session; saved: Stripe.PaymentMethod[]; nowMs: number },
): Read<NonNullable<Payer['means']>> {
  if (session.shown.mode === 'setup') return readNewMeans(form, false, nowMs);
  const chosen = form.get('paymentMethod') ?? 'card';
  if (saved.some((method) => method.id === chosen)) return { read: { kind: 'saved', methodId: chosen } };
  return readNewMeans(form, takesDebits(session.shown), nowMs);
}

/** A card that was typed, or an account to debit where that can be done. */
export function readNewMeans(form: URLSearchParams, debits: boolean, nowMs: number): Read<Means> {
  const chosen = form.get('paymentMethod') ?? 'card';
  if (chosen === 'bank_debit' && debits) {
    const name = form.get('bankAccount') ?? 'pays';
    if (!isBankAccountName(name)) return { mistakes: { bankAccount: 'Choose an account.' } };
    return { read: { kind: 'debit', account: bankAccounts[name] } };
  }
  if (chosen !== 'card') return { mistakes: { paymentMethod: 'Choose a payment method.' } };
  try {
    const text = (name: string) => form.get(name) ?? '';
    const card = readCard({ cardNumber: text('cardNumber'), expiry: text('expiry'), cvc: text('cvc') }, nowMs);
    return { read: { kind: 'card', card } };
  } catch (error) {
    if (!(error instanceof CardMistakes)) throw error;
    return { mistakes: error.messages as Mistakes };
  }
}
