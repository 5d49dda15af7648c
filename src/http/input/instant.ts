import { isInstant } from './fields.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A moment with its zone, or a day, which begins at midnight UTC. Undefined for what is neither. */
export function instantOf(text: string): Date | undefined {
  const moment = DAY.test(text) ? `${text}T00:00:00Z` : text;
  return isInstant(moment) ? new Date(moment) : undefined;
}
