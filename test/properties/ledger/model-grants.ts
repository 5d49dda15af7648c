export interface ModelGrant {
  amount: number;
  remaining: number;
  lapsed: number;
  category: 'paid' | 'promotional';
  priority: number;
  startsAt: number;
  endsAt: number;
  /** Given by call, bought, or made for credits that came back and had no grant to return to. */
  origin: 'call' | 'purchase' | 'entry';
  status: 'pending' | 'posted' | 'voided';
}

/** Grants with something left, as they are used up. They come in the order in which they were made. */
export function inBurnDown(grants: readonly ModelGrant[]): ModelGrant[] {
  return grants
    .map((grant, made) => ({ grant, rank: rankOf(grant, made) }))
    .filter(({ grant }) => grant.remaining > 0)
    .sort((a, b) => compareRanks(a.rank, b.rank))
    .map(({ grant }) => grant);
}

function rankOf({ priority, endsAt, category, startsAt }: ModelGrant, made: number): number[] {
  return [priority, endsAt, category === 'promotional' ? 0 : 1, startsAt, made];
}

function compareRanks(a: number[], b: number[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? 0;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
