import { invalidRequest } from '../api/errors.js';

const twoDecimals =
  'usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny ' +
  'cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel ghs gip gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd ' +
  'kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr ' +
  'nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd ' +
  'twd tzs uah ugx uyu uzs wst xcd xcg yer zar zmw';
const noDecimals = 'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf';
const threeDecimals = 'bhd jod kwd omr tnd';

const decimals = new Map<string, number>([
  ...twoDecimals.split(' ').map((code): [string, number] => [code, 2]),
  ...noDecimals.split(' ').map((code): [string, number] => [code, 0]),
  ...threeDecimals.split(' ').map((code): [string, number] => [code, 3]),
]);

/** The least that Stripe charges, in minor units, where it says so. */
const leastMinor: Record<string, number> = { usd: 50, eur: 50, gbp: 30, jpy: 50, cad: 50, aud: 50, chf: 50, nzd: 50 };

export const leastChargeMinor = (currency: string): number => leastMinor[currency] ?? 1;

/** The code in lower case, or Stripe's refusal. */
export function checkCurrency(code: string, param: string): string {
  const currency = code.toLowerCase();
  if (decimals.has(currency)) return currency;
  throw invalidRequest(
    `Invalid currency: ${code}. Stripe currently supports these currencies: ${[...decimals.keys()].join(', ')}`,
    { param },
  );
}

/** `1000` and `usd` make `$10.00`. */
export function formatMoney(amountMinor: number, currency: string): string {
  const digits = decimals.get(currency) ?? 2;
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amountMinor / 10 ** digits);
}
