import { type FieldError, ValidationFailed } from '../../http/problems/http.problems.js';
import { sorted } from '../pricing/dimensions.js';
import { quantityOf, quantityText } from '../pricing/quantity.js';
import type { RatePrice, RateTerms, RateTier, RateVersion } from './rate-version.js';
import type { RateAnswer, RatePriceBody, RateTermsBody, RateTierBody } from './rates.dto.js';

/**
 * How many sets of dimensions the prices of a card may name. Usage is looked up once for each of them, and whether two
 * prices tie is decided between each two.
 */
const MAX_NAME_SETS = 16;

/**
 * What a body decides, as it is kept. `within` is where the terms stand in what was sent.
 * @throws ValidationFailed for what only several fields together decide
 */
export function toRateTerms(body: RateTermsBody, within = ''): RateTerms {
  const errors = contradictionsOf(body, within);
  if (errors.length > 0) throw new ValidationFailed({ errors });
  return {
    prices: body.prices.map(toRatePrice),
    rounding: body.rounding ?? 'up',
    minCredits: body.minCredits ?? null,
    maxCredits: body.maxCredits ?? null,
  };
}

function toRatePrice({ match, credits = 0, per = 1, whole, tiers, mode, by }: RatePriceBody): RatePrice {
  if (tiers !== undefined)
    return { match: sorted(match), tiers: tiers.map(toRateTier), mode: mode ?? 'graduated', by: by ?? 'request' };
  return { match: sorted(match), credits, per, ...(whole === true ? { whole } : {}) };
}

function toRateTier({ upTo, credits, per = 1 }: RateTierBody): RateTier {
  const end = quantityOf(upTo);
  return { upTo: end === undefined ? null : quantityText(end), credits, per };
}

function contradictionsOf({ prices, minCredits, maxCredits }: RateTermsBody, within: string): FieldError[] {
  const errors = prices.flatMap((price, index) => ofPrice(price, `${within}/prices/${index}`));
  const least = minCredits ?? 0;
  if (maxCredits !== undefined && maxCredits !== null && least > maxCredits)
    errors.push({ pointer: `${within}/minCredits`, detail: 'must not be more than maxCredits' });
  const nameSets = new Set(prices.map(({ match }) => Object.keys(match).sort().join()));
  if (nameSets.size > MAX_NAME_SETS)
    errors.push({ pointer: `${within}/prices`, detail: `must not name more than ${MAX_NAME_SETS} sets of dimensions` });
  return errors;
}

/** A price says how many credits it is, or has tiers: what belongs to one form is refused in the other. */
function ofPrice(price: RatePriceBody, pointer: string): FieldError[] {
  const { tiers, credits } = price;
  if (tiers === undefined && credits === undefined)
    return [{ pointer, detail: 'must have credits, or tiers, and has neither' }];
  const foreign = tiers === undefined ? (['mode', 'by'] as const) : (['credits', 'per', 'whole'] as const);
  const sentence = tiers === undefined ? 'must be left out without tiers' : 'must be left out with tiers';
  return [
    ...foreign
      .filter((field) => price[field] !== undefined)
      .map((field) => ({ pointer: `${pointer}/${field}`, detail: sentence })),
    ...ofTiers(tiers ?? [], `${pointer}/tiers`),
  ];
}

/** Each tier begins where the one before it ends, so they cannot overlap; the last has no end. */
function ofTiers(tiers: RateTierBody[], pointer: string): FieldError[] {
  let before = 0n;
  return tiers.flatMap(({ upTo }, index) => {
    const end = quantityOf(upTo);
    const isLast = index === tiers.length - 1;
    const at = { pointer: `${pointer}/${index}/upTo` };
    if (end === undefined)
      return isLast ? [] : [{ ...at, detail: 'must be a quantity: only the last tier has no end' }];
    if (isLast) return [{ ...at, detail: 'must be null: the last tier has no end' }];
    const rises = end > before;
    before = end;
    return rises ? [] : [{ ...at, detail: 'must be more than 0, and more than the tier before it' }];
  });
}

export function toRateAnswer(version: RateVersion): RateAnswer {
  return {
    meter: version.meter,
    version: version.version,
    prices: version.prices.map(toPriceAnswer),
    rounding: version.rounding,
    minCredits: version.minCredits,
    maxCredits: version.maxCredits,
    effectiveAt: version.effectiveAt.toISOString(),
    createdAt: version.recordedAt.toISOString(),
  };
}

/** In the order of its fields, which the database does not keep. */
function toPriceAnswer(price: RatePrice): RatePriceBody {
  const match = sorted(price.match);
  if ('tiers' in price) {
    const tiers = price.tiers.map(({ upTo, credits, per }) => ({ upTo, credits, per }));
    return { match, tiers, mode: price.mode, by: price.by };
  }
  const { credits, per, whole } = price;
  return { match, credits, per, ...(whole === true ? { whole } : {}) };
}
