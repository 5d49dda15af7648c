import type Stripe from 'stripe';
import { invalidRequest, missingParam } from '../api/errors.js';
import type { HiddenPrice } from '../kinds/kinds.js';
import { checkCurrency } from '../payments/currencies.js';
import type { Stored } from '../store/objects.js';

type Given = Record<string, { tax_behavior?: string; unit_amount?: number }> | undefined;
type Options = Record<string, Stripe.Price.CurrencyOptions>;

const mostUnitAmountMinor = 999_999_999_999;

export function unitAmount(amountMinor: number | undefined, param: string): number {
  if (amountMinor === undefined) throw missingParam(param);
  if (amountMinor >= 0 && amountMinor <= mostUnitAmountMinor) return amountMinor;
  throw invalidRequest('Invalid non-negative integer', { code: 'parameter_invalid_integer', param });
}

/** On the wire a decimal is text; the SDK makes its own type of it on arrival. */
export const decimalOf = (amountMinor: number): Stripe.Decimal => String(amountMinor) as unknown as Stripe.Decimal;

/** The amounts in further currencies. The price's own currency has its amount at the price itself. */
export function readCurrencyOptions(given: Given, ownCurrency: string, param: string): Options {
  const options = Object.entries(given ?? {}).map(([code, option]): [string, Stripe.Price.CurrencyOptions] => {
    const currency = checkCurrency(code, param);
    if (currency === ownCurrency) {
      throw invalidRequest(`You cannot specify the price's own currency (${code}) in \`currency_options\`.`, { param });
    }
    return [currency, optionOf(unitAmount(option.unit_amount, `${param}[${code}][unit_amount]`), option.tax_behavior)];
  });
  return Object.fromEntries(options);
}

const optionOf = (amountMinor: number, taxBehaviour: string | undefined): Stripe.Price.CurrencyOptions => ({
  custom_unit_amount: null,
  tax_behavior: taxBehaviour ?? 'unspecified',
  unit_amount: amountMinor,
  unit_amount_decimal: decimalOf(amountMinor),
});

/** Every currency of a price, its own among them, as Stripe shows them on request. */
export const allCurrencies = ({ shown, hidden }: Stored<Stripe.Price, HiddenPrice>): Options => ({
  [shown.currency]: {
    custom_unit_amount: null,
    tax_behavior: shown.tax_behavior,
    unit_amount: shown.unit_amount,
    unit_amount_decimal: shown.unit_amount_decimal,
  },
  ...hidden.currencyOptions,
});
