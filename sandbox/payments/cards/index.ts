import type { TestCard } from './card.js';
import { challengingCards } from './challenging.js';
import { decliningCards } from './declining.js';
import { disputingCards } from './disputing.js';
import { refundingCards } from './refunding.js';
import { succeedingCards } from './succeeding.js';

/** Every test card the sandbox knows. */
export const testCards: TestCard[] = [
  ...succeedingCards,
  ...decliningCards,
  ...challengingCards,
  ...refundingCards,
  ...disputingCards,
];

const byNumber = new Map(testCards.map((card) => [card.number, card]));

export const findTestCard = (number: string): TestCard | undefined => byNumber.get(number);
