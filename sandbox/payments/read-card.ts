import type { Brand, CardBehaviour, TestCard } from './cards/card.js';
import { notATestCard } from './cards/declining.js';
import { findTestCard } from './cards/index.js';

/** A card as it is kept: never its number. */
export interface Card {
  brand: Brand | 'unknown';
  last4: string;
  expMonth: number;
  expYear: number;
  funding: TestCard['funding'] | 'unknown';
  behaviour: CardBehaviour;
}

export type CardField = 'cardNumber' | 'expiry' | 'cvc';

/** What a payer has typed, and what is wrong with it before any bank is asked. */
export class CardMistake extends Error {
  constructor(
    readonly field: CardField,
    message: string,
  ) {
    super(message);
  }
}

export interface TypedCard {
  cardNumber: string;
  expiry: string;
  cvc: string;
}

/** Throws a CardMistake for what can be seen without asking a bank. */
export function readCard(typed: TypedCard, nowMs: number): Card {
  const number = typed.cardNumber.replace(/[\s-]/g, '');
  if (number === '') throw new CardMistake('cardNumber', 'Enter a card number.');
  if (!/^\d{12,19}$/.test(number)) throw new CardMistake('cardNumber', 'Your card number is incomplete.');
  if (!passesLuhn(number)) throw new CardMistake('cardNumber', 'Your card number is invalid.');
  const known = findTestCard(number);
  if (known?.notYet !== undefined) throw new CardMistake('cardNumber', known.notYet);
  const expiry = readExpiry(typed.expiry, nowMs);
  const cvcLength = known?.brand === 'amex' ? 4 : 3;
  if (!new RegExp(`^\\d{${cvcLength}}$`).test(typed.cvc.trim())) {
    throw new CardMistake('cvc', `Your card's security code must have ${cvcLength} digits.`);
  }
  return {
    brand: known?.brand ?? 'unknown',
    funding: known?.funding ?? 'unknown',
    last4: number.slice(-4),
    ...expiry,
    behaviour: behaviourOf(known),
  };
}

const behaviourOf = (known: TestCard | undefined): CardBehaviour =>
  known === undefined
    ? { refund: 'succeeds', decline: notATestCard }
    : { refund: known.refund, ...(known.decline && { decline: known.decline }) };

/** Takes `12/34`, `12/2034` and `1234`; a card is good until the end of its month. */
function readExpiry(typed: string, nowMs: number): { expMonth: number; expYear: number } {
  const [, month = '', year = ''] = typed.trim().match(/^(\d{1,2})\s*[/-]?\s*(\d{4}|\d{2})$/) ?? [];
  const expMonth = Number(month);
  const expYear = year.length === 2 ? 2000 + Number(year) : Number(year);
  if (expMonth < 1 || expMonth > 12 || year === '') {
    throw new CardMistake('expiry', "Your card's expiration date is incomplete.");
  }
  if (Date.UTC(expYear, expMonth) <= nowMs)
    throw new CardMistake('expiry', "Your card's expiration date is in the past.");
  if (expYear > new Date(nowMs).getUTCFullYear() + 50) {
    throw new CardMistake('expiry', "Your card's expiration year is invalid.");
  }
  return { expMonth, expYear };
}

/** The check digit that every card number ends in. */
export function passesLuhn(number: string): boolean {
  const digits = [...number].reverse().map(Number);
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
