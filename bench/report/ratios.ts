import type { Figure, Outcome } from '../contest.js';

/** How a figure of this version is to that of the version before, with the rounds that differ most. */
export interface Ratio {
  readonly ofAll: number;
  readonly least: number;
  readonly most: number;
}

/** Of the medians, and of rounds in pairs, in which both took their turn. Undefined when one of them is not known. */
export function ratioOf(figure: Figure, now: Outcome, before: Outcome): Ratio | undefined {
  const [mine, theirs] = [now.median(figure), before.median(figure)];
  if (mine === undefined || theirs === undefined) return undefined;
  const rounds = now.rounds.map((round, index) => (round[figure] ?? 0) / (before.rounds[index]?.[figure] ?? 0));
  return { ofAll: mine / theirs, least: Math.min(...rounds), most: Math.max(...rounds) };
}
