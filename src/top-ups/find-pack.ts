import { CurrencyNotOffered, ProductNotForSale, ProductNotFound } from '../catalog/catalog.problems.js';
import type { Tx } from '../database/database.js';
import { quoteSale } from '../orders/sale.js';
import type { PackNow } from './decisions/top-up-facts.js';

/** One unit of a pack as it is sold now; undefined for what is no pack, or is not sold, or not in this currency. */
export async function findPack(
  tx: Tx,
  { productKey: product, currency }: { productKey: string; currency: string },
): Promise<PackNow | undefined> {
  try {
    const sale = await quoteSale(tx, { product, channel: 'payment_intent', currency }, currency);
    if (sale.product.kind !== 'pack') return undefined;
    return { credits: sale.credits, unitAmountMinor: sale.amountMinor, currency: sale.currency };
  } catch (error) {
    if (isNotSold(error)) return undefined;
    throw error;
  }
}

function isNotSold(error: unknown): boolean {
  return [ProductNotFound, ProductNotForSale, CurrencyNotOffered].some((problem) => error instanceof problem);
}
