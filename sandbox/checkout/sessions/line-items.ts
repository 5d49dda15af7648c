import type Stripe from 'stripe';
import { need } from '../../api/common.js';
import { invalidRequest, missingParam, notInSandbox } from '../../api/errors.js';
import { createPrice } from '../../catalogue/create-price.js';
import { createProduct } from '../../catalogue/create-product.js';
import { allCurrencies } from '../../catalogue/currency-options.js';
import { type HiddenPrice, kinds } from '../../kinds/kinds.js';
import { newMetadata } from '../../params/metadata.js';
import { checkCurrency, leastChargeMinor } from '../../payments/currencies.js';
import { newId } from '../../store/ids.js';
import type { Stored } from '../../store/objects.js';
import type { Work } from '../../store/work.js';

/** A line of a session or of a payment link, which takes the same. */
type LineParams = Pick<Stripe.Checkout.SessionCreateParams.LineItem, 'metadata' | 'price' | 'price_data' | 'quantity'>;
type Mode = Stripe.Checkout.SessionCreateParams.Mode;
type StoredPrice = Stored<Stripe.Price, HiddenPrice>;

const maxLines = 100;

/**
 * The lines of something new that sells, with prices and products made where a line brought its own. Everything is in
 * the currency that is asked for, or else in that of the first price.
 */
export async function makeLineItems(
  work: Work,
  lines: LineParams[] | undefined,
  wantedCurrency?: string,
  mode: Mode = 'payment',
): Promise<Stripe.LineItem[]> {
  if (lines === undefined || lines.length === 0) throw missingParam('line_items');
  if (lines.length > maxLines) {
    throw invalidRequest(`Only up to ${maxLines} line items are allowed in ${mode} mode.`, { param: 'line_items' });
  }
  let currency = wantedCurrency === undefined ? undefined : checkCurrency(wantedCurrency, 'currency');
  const items: Stripe.LineItem[] = [];
  for (const [index, line] of lines.entries()) {
    const item = await makeLineItem(work, line, currency, `line_items[${index}]`);
    checkRecurring(item, mode, `line_items[${index}]`);
    currency ??= item.currency;
    items.push(item);
  }
  return items;
}

async function makeLineItem(
  work: Work,
  line: LineParams,
  currency: string | undefined,
  param: string,
): Promise<Stripe.LineItem> {
  if (line.quantity === undefined) throw missingParam(`${param}[quantity]`);
  if (line.quantity < 1) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: `${param}[quantity]`,
    });
  }
  const price = await priceOf(work, line, param);
  const product = await need(work, kinds.product, String(price.shown.product));
  return newLineItem(line.metadata, price.shown, product.shown, line.quantity, unitIn(price, currency, param));
}

function checkRecurring({ price }: Stripe.LineItem, mode: Mode, param: string): void {
  const recurs = price?.recurring !== null;
  if (recurs && mode !== 'subscription') {
    throw invalidRequest(
      'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only ' +
        'one-time prices.',
      { param },
    );
  }
  if (!recurs && mode === 'subscription') throw notInSandbox('Received a one-time price in subscription mode.', param);
}

async function priceOf(work: Work, line: LineParams, param: string): Promise<StoredPrice> {
  const { price, price_data } = line;
  if ((price === undefined) === (price_data === undefined)) {
    throw invalidRequest(`You must specify either \`price\` or \`price_data\` for ${param}.`, { param });
  }
  if (price_data !== undefined)
    return { shown: await inlinePrice(work, price_data, `${param}[price_data]`), hidden: {} };
  const found = await need(work, kinds.price, String(price), { param: `${param}[price]` });
  if (found.shown.active) return found;
  throw invalidRequest('The price specified is inactive. This field only accepts active prices.', {
    param: `${param}[price]`,
  });
}

/** Such a price serves this one session; Stripe keeps it inactive, and the product along with it. */
async function inlinePrice(
  work: Work,
  data: NonNullable<LineParams['price_data']>,
  param: string,
): Promise<Stripe.Price> {
  if (data.unit_amount === undefined) throw missingParam(`${param}[unit_amount]`);
  if ((data.product === undefined) === (data.product_data === undefined)) {
    throw invalidRequest(`You must specify either \`product\` or \`product_data\` for ${param}.`, { param });
  }
  const product = data.product_data
    ? (await createProduct(work, { ...data.product_data, active: false })).id
    : data.product;
  const { currency, unit_amount, tax_behavior, recurring } = data;
  return createPrice(
    work,
    {
      currency,
      unit_amount,
      product,
      active: false,
      ...(tax_behavior && { tax_behavior }),
      ...(recurring && { recurring }),
    },
    param,
  );
}

interface Unit {
  currency: string;
  amountMinor: number;
}

/** What one piece costs in the given currency, or in the price's own. */
function unitIn(price: StoredPrice, wanted: string | undefined, param: string): Unit {
  const currency = wanted ?? price.shown.currency;
  const options = allCurrencies(price);
  const option = options[currency];
  if (option === undefined) {
    const offered = Object.keys(options).map((code) => `\`${code}\``);
    throw invalidRequest(
      `The price specified only supports ${offered.join(', ')}. ` +
        `This doesn't match the expected currency: \`${currency}\`.`,
      { param: `${param}[price]` },
    );
  }
  if (option.unit_amount === null) throw notInSandbox(`The price ${price.shown.id} has no unit amount.`, 'line_items');
  return { currency, amountMinor: option.unit_amount };
}

function newLineItem(
  metadata: LineParams['metadata'],
  price: Stripe.Price,
  product: Stripe.Product,
  quantity: number,
  unit: Unit,
): Stripe.LineItem {
  const amountMinor = unit.amountMinor * quantity;
  return {
    id: newId('li'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amountMinor,
    amount_tax: 0,
    amount_total: amountMinor,
    currency: unit.currency,
    description: product.name,
    metadata: newMetadata(metadata),
    price,
    quantity,
  };
}

const mostChargeMinor = 99_999_999;

/** Refuses a total that is more than nothing and cannot be charged. */
export function checkTotal(totalMinor: number, currency: string): void {
  if (totalMinor > 0 && totalMinor < leastChargeMinor(currency)) {
    throw invalidRequest(
      `The Checkout Session's total amount due must add up to at least ${leastChargeMinor(currency)} in the ` +
        `smallest unit of ${currency}.`,
      { code: 'amount_too_small' },
    );
  }
  if (totalMinor > mostChargeMinor) {
    throw invalidRequest(`The Checkout Session's total amount due must be no more than ${mostChargeMinor}.`, {
      code: 'amount_too_large',
    });
  }
}
