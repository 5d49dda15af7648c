import type Stripe from 'stripe';
import { need } from '../api/common.js';
import { invalidRequest, missingParam, notInSandbox } from '../api/errors.js';
import { createPrice } from '../catalogue/create-price.js';
import { createProduct } from '../catalogue/create-product.js';
import { kinds } from '../kinds.js';
import { newMetadata } from '../params/metadata.js';
import { leastChargeMinor } from '../payments/currencies.js';
import { newId } from '../store/ids.js';
import type { Work } from '../store/work.js';

type LineParams = Stripe.Checkout.SessionCreateParams.LineItem;

const maxLines = 100;

/** The lines of a new session, with prices and products made where a line brought its own. */
export async function makeLineItems(work: Work, lines: LineParams[] | undefined): Promise<Stripe.LineItem[]> {
  if (lines === undefined || lines.length === 0) throw missingParam('line_items');
  if (lines.length > maxLines) {
    throw invalidRequest(`Only up to ${maxLines} line items are allowed in payment mode.`, { param: 'line_items' });
  }
  const items: Stripe.LineItem[] = [];
  for (const [index, line] of lines.entries()) items.push(await makeLineItem(work, line, `line_items[${index}]`));
  checkTotals(items);
  return items;
}

async function makeLineItem(work: Work, line: LineParams, param: string): Promise<Stripe.LineItem> {
  if (line.quantity === undefined) throw missingParam(`${param}[quantity]`);
  if (line.quantity < 1) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      code: 'parameter_invalid_integer',
      param: `${param}[quantity]`,
    });
  }
  const price = await priceOf(work, line, param);
  if (price.recurring !== null) {
    throw invalidRequest(
      'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
      { param },
    );
  }
  const product = await need(work, kinds.product, String(price.product));
  return newLineItem(line, price, product.shown, line.quantity);
}

async function priceOf(work: Work, line: LineParams, param: string): Promise<Stripe.Price> {
  const { price, price_data } = line;
  if ((price === undefined) === (price_data === undefined)) {
    throw invalidRequest(`You must specify either \`price\` or \`price_data\` for ${param}.`, { param });
  }
  if (price_data !== undefined) return inlinePrice(work, price_data, `${param}[price_data]`);
  const { shown } = await need(work, kinds.price, String(price), { param: `${param}[price]` });
  if (!shown.active) {
    throw invalidRequest('The price specified is inactive. This field only accepts active prices.', {
      param: `${param}[price]`,
    });
  }
  return shown;
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
  const { currency, unit_amount, tax_behavior } = data;
  return createPrice(
    work,
    { currency, unit_amount, product, active: false, ...(tax_behavior && { tax_behavior }) },
    param,
  );
}

function newLineItem(
  line: LineParams,
  price: Stripe.Price,
  product: Stripe.Product,
  quantity: number,
): Stripe.LineItem {
  if (price.unit_amount === null) throw notInSandbox(`The price ${price.id} has no unit amount.`, 'line_items');
  const amountMinor = price.unit_amount * quantity;
  return {
    id: newId('li'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amountMinor,
    amount_tax: 0,
    amount_total: amountMinor,
    currency: price.currency,
    description: product.name,
    metadata: newMetadata(line.metadata),
    price,
    quantity,
  };
}

export const totalOf = (items: Stripe.LineItem[]): number => items.reduce((sum, item) => sum + item.amount_total, 0);

const mostChargeMinor = 99_999_999;

function checkTotals(items: Stripe.LineItem[]): void {
  const currencies = [...new Set(items.map((item) => item.currency))];
  const [currency = ''] = currencies;
  if (currencies.length > 1) {
    throw invalidRequest('All line items must use the same currency in a Checkout Session.', { param: 'line_items' });
  }
  const totalMinor = totalOf(items);
  if (totalMinor > 0 && totalMinor < leastChargeMinor(currency)) {
    throw invalidRequest(
      `The Checkout Session's total amount due must add up to at least ${leastChargeMinor(currency)} in the smallest unit of ${currency}.`,
      { code: 'amount_too_small' },
    );
  }
  if (totalMinor > mostChargeMinor) {
    throw invalidRequest(`The Checkout Session's total amount due must be no more than ${mostChargeMinor}.`, {
      code: 'amount_too_large',
    });
  }
}
