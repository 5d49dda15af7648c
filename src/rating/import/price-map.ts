import { MAX_REQUEST_CREDITS } from '../../kernel/credits.js';
import { unstorableIn } from '../../kernel/storable.js';
import { isDimensionValue, sorted } from '../pricing/dimensions.js';
import { ceilDivide, multiply, type Ratio } from '../pricing/ratio.js';
import { MAX_PER, type UnitRate } from '../rates/rate-version.js';
import { exactly } from './decimal.js';

/** What LiteLLM's map calls the price of a token, in US dollars, and the kind of token that it is of here. */
const KINDS = {
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  cache_read_input_token_cost: 'cache_read',
  cache_creation_input_token_cost: 'cache_write',
  output_cost_per_reasoning_token: 'reasoning',
} as const;

/** An entry of the map that explains the others. */
const EXPLANATION = 'sample_spec';
const LEAST_PER = 1_000_000;
/** Some times as many as the whole map has. */
const MAX_PRICES = 20_000;

/** A number of JSON by the text that it was read from. */
class Numeral {
  constructor(readonly text: string) {}
}

/** The file holds no price map. The message says what it holds. */
export class NoPriceMap extends Error {
  override readonly name = 'NoPriceMap';
}

export interface RefusedModel {
  readonly model: string;
  readonly reason: string;
}

export interface ReadPrices {
  /** By model and kind of token. */
  readonly prices: readonly UnitRate[];
  readonly refused: readonly RefusedModel[];
}

/**
 * Reads the prices of tokens from a map as LiteLLM keeps it: by model, in dollars a token. Numbers are taken as they
 * are written, never by way of a binary fraction, and multiplied by `creditsPerDollar`. A model without a price, or
 * with one that is negative or no number, is refused by its name, whatever else it has. @throws NoPriceMap
 */
export function readPriceMap(json: string, creditsPerDollar: Ratio): ReadPrices {
  const prices: UnitRate[] = [];
  const refused: RefusedModel[] = [];
  for (const [model, entry] of Object.entries(parse(json))) {
    if (model === EXPLANATION) continue;
    const read = ofModel(model, entry, creditsPerDollar);
    if (typeof read === 'string') refused.push({ model, reason: read });
    else prices.push(...read);
  }
  if (prices.length > MAX_PRICES)
    throw new NoPriceMap(`It has ${prices.length} prices, and a rate card may have ${MAX_PRICES}.`);
  return { prices, refused };
}

function parse(json: string): Record<string, unknown> {
  const keepNumeral = (_name: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? new Numeral(context?.source ?? String(value)) : value;
  let map: unknown;
  try {
    map = JSON.parse(json, keepNumeral as (name: string, value: unknown) => unknown);
  } catch (error) {
    throw new NoPriceMap(`It is no JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (typeof map !== 'object' || map === null || Array.isArray(map) || map instanceof Numeral)
    throw new NoPriceMap('It holds no object with a member for each model.');
  return map as Record<string, unknown>;
}

/** The prices of one model, or why it is refused. */
function ofModel(model: string, entry: unknown, creditsPerDollar: Ratio): UnitRate[] | string {
  if (!isDimensionValue(model) || unstorableIn(model) !== undefined)
    return 'its name cannot be the value of a dimension';
  if (typeof entry !== 'object' || entry === null) return 'it is no object';
  const prices: UnitRate[] = [];
  for (const [field, kind] of Object.entries(KINDS)) {
    const value = Object.hasOwn(entry, field) ? (entry as Record<string, unknown>)[field] : null;
    if (value === null) continue;
    const dollars = value instanceof Numeral ? exactly(value.text) : undefined;
    if (dollars === undefined) return `${field} is no number`;
    if (dollars.numerator < 0n) return `${field} is negative`;
    const rate = asRate(multiply(dollars, creditsPerDollar));
    if (rate === undefined) return `${field} is more than a rate card can hold`;
    prices.push({ match: sorted({ model, kind }), ...rate });
  }
  return prices.length === 0 ? 'it has no price for tokens' : prices;
}

/**
 * Whole credits for a million tokens, or for the least larger power of ten for which they are whole. What would need
 * more than a million million tokens is rounded up at that.
 */
function asRate({ numerator, denominator }: Ratio): { credits: number; per: number } | undefined {
  let per = LEAST_PER;
  while (per < MAX_PER && (numerator * BigInt(per)) % denominator !== 0n) per *= 10;
  const credits = ceilDivide(numerator * BigInt(per), denominator);
  return credits > BigInt(MAX_REQUEST_CREDITS) ? undefined : { credits: Number(credits), per };
}
