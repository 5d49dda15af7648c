import type { CardBehaviour } from '../../kinds/card.js';
import type { Brand, TestCard } from '../cards/card.js';
import { notATestCard } from '../cards/declining.js';
import { findTestCard } from '../cards/index.js';

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

/** What is wrong with the fields that a payer has typed, before any bank is asked. */
export class CardMistakes extends Error {
  constructor(readonly messages: Partial<Record<CardField, string>>) {
    super(Object.values(messages).join(' '));
  }
}

export interface TypedCard {
  cardNumber: string;
  expiry: string;
  cvc: string;
}

/** Throws CardMistakes, one for each field, for what can be seen without asking a bank. */
export function readCard(typed: TypedCard, nowMs: number): Card {
  const number = typed.cardNumber.replace(/[\s-]/g, '');
  const known = findTestCard(number);
  const cardNumber = numberMistake(number);
  const expiry = readExpiry(typed.expiry, nowMs);
  const cvc = cvcMistake(typed.cvc.trim(), known);
  if (cardNumber !== undefined || typeof expiry === 'string' || cvc !== undefined) {
    throw new CardMistakes({
      ...(cardNumber !== undefined && { cardNumber }),
      ...(typeof expiry === 'string' && { expiry }),
      ...(cvc !== undefined && { cvc }),
    });
  }
  return {
    brand: known?.brand ?? 'unknown',
    funding: known?.funding ?? 'unknown',
    last4: number.slice(-4),
    ...expiry,
    behaviour: behaviourOf(known),
  };
}

function numberMistake(number: string): string | undefined {
  if (number === '') return 'Enter a card number.';
  if (!/^\d{12,19}$/.test(number)) return 'Your card number is incomplete.';
  return passesLuhn(number) ? undefined : 'Your card number is invalid.';
}

function cvcMistake(cvc: string, known: TestCard | undefined): string | undefined {
  const length = known?.brand === 'amex' ? 4 : 3;
  return new RegExp(`^\\d{${length}}$`).test(cvc) ? undefined : `Your card's security code must have ${length} digits.`;
}

const behaviourOf = (known: TestCard | undefined): CardBehaviour => {
  if (known === undefined) return { refund: 'succeeds', decline: notATestCard, declinesSaving: true };
  const { number: _, brand: __, funding: ___, label: ____, ...behaviour } = known;
  return behaviour;
};

/** Takes `12/34`, `12/2034` and `1234`, or says what is wrong; a card is good until the end of its month. */
function readExpiry(typed: string, nowMs: number): { expMonth: number; expYear: number } | string {
  const [, month = '', year = ''] = typed.trim().match(/^(\d{1,2})\s*[/-]?\s*(\d{4}|\d{2})$/) ?? [];
  const expMonth = Number(month);
  const expYear = year.length === 2 ? 2000 + Number(year) : Number(year);
  if (expMonth < 1 || expMonth > 12 || year === '') return "Your card's expiration date is incomplete.";
  if (Date.UTC(expYear, expMonth) <= nowMs) return "Your card's expiration date is in the past.";
  if (expYear > new Date(nowMs).getUTCFullYear() + 50) return "Your card's expiration year is invalid.";
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
