import type { Credits } from '../kernel/credits.js';
import { decimalsOf } from '../kernel/currency.js';

/** Money for people to read: `$10.00`, or `¥500` where the currency has no minor unit. */
export function formatMoney(amountMinor: number, currency: string): string {
  const decimals = decimalsOf(currency);
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(amountMinor / 10 ** decimals);
}

/** Credits for people to read, with the configured number of decimals. */
export function formatCredits(amount: Credits, decimals: number): string {
  return new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals }).format(Number(amount) / 10 ** decimals);
}
