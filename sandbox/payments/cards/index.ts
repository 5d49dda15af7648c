import type { TestCard } from './card.js';
import { decliningCards } from './declining.js';
import { disputingCards } from './disputing.js';
import { notYetCards } from './not-yet.js';
import { refundingCards } from './refunding.js';
import { succeedingCards } from './succeeding.js';

/** Every test card the sandbox knows. */
export const testCards: TestCard[] = [
  ...succeedingCards,
  ...decliningCards,
  ...refundingCards,
  ...disputingCards,
  ...notYetCards,
];

const byNumber = new Map(testCards.map((card) => [card.number, card]));

export const findTestCard = (number: string): TestCard | undefined => byNumber.get(number);
