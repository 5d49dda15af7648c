/**
 * Stripe's own list, which is not that of ISO 4217 or of Unicode: an amount of `huf` or `idr` has two decimals there.
 */
const TWO_DECIMALS = new Set(
  (
    'usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop ' +
    'crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel ghs gip gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd kes ' +
    'kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab ' +
    'pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah ' +
    'ugx uyu uzs wst xcd xcg yer zar zmw'
  ).split(' '),
);
const NO_DECIMALS = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const THREE_DECIMALS = new Set('bhd jod kwd omr tnd'.split(' '));
/** Written with two decimals, which must be zeros. */
const WHOLE_ONLY = new Set(['isk', 'ugx']);

/** Whether Stripe charges in a currency: `usd`. */
export function isCharged(currency: string): boolean {
  return TWO_DECIMALS.has(currency) || NO_DECIMALS.has(currency) || THREE_DECIMALS.has(currency);
}

/** How many decimals Stripe's amounts in a currency have: `1000` is $10.00, and 1000 yen. */
export function decimalsOf(currency: string): number {
  if (NO_DECIMALS.has(currency)) return 0;
  return THREE_DECIMALS.has(currency) ? 3 : 2;
}

/** The least difference between two amounts that Stripe takes, in minor units: the third decimal must be a zero. */
export function stepMinorOf(currency: string): bigint {
  if (WHOLE_ONLY.has(currency)) return 100n;
  return THREE_DECIMALS.has(currency) ? 10n : 1n;
}
