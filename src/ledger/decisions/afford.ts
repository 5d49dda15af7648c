import { type Credits, NO_CREDITS } from '../../kernel/credits.js';

/** Whether an amount can be taken of what is available. What costs nothing can, whatever an account owes. */
export function canAfford(available: Credits, amount: Credits): boolean {
  return amount <= available || amount === NO_CREDITS;
}
