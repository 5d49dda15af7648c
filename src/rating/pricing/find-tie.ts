import { type Dimensions, sorted } from './dimensions.js';
import { groupMatches, type MatchGroup, valuesOf } from './price-index.js';

/** Usage that two prices match which name as many dimensions, and none that names more. */
export interface Tie {
  readonly usage: Dimensions;
  /** Where the two stand in the list. */
  readonly prices: readonly [number, number];
}

type Row = { readonly match: Dimensions; readonly item: number };
type Group = MatchGroup<number>;

/**
 * Decides whether some usage has no single price, and finds one such. Two matches of one size tie at the usage that has
 * the dimensions of both and nothing else, unless a larger match lies within that; if one does, it lies within whatever
 * else both match as well. So no other usage has to be looked at.
 */
export function findTie(list: readonly Dimensions[]): Tie | undefined {
  let twins: Tie | undefined;
  const groups = groupMatches(
    [...list.keys()],
    (index) => list[index] ?? {},
    (first, second) => {
      twins ??= { usage: sorted(list[first] ?? {}), prices: [first, second] };
    },
  );
  if (twins !== undefined) return twins;
  // Matches that name the same dimensions differ in a value, so no usage has both.
  for (const [index, one] of groups.entries())
    for (const other of groups.slice(index + 1)) {
      if (other.names.length !== one.names.length) continue;
      const tie = tieBetween(one, other, groups);
      if (tie !== undefined) return tie;
    }
  return undefined;
}

/** Looks at each pair that agrees where both name a dimension; pairs that the larger matches cannot tell apart once. */
function tieBetween(one: Group, other: Group, groups: readonly Group[]): Tie | undefined {
  const both = new Set([...one.names, ...other.names]);
  const larger = groups.filter(({ names }) => names.length > one.names.length && names.every((name) => both.has(name)));
  const shared = one.names.filter((name) => other.names.includes(name));
  const telling = new Set([...shared, ...larger.flatMap(({ names }) => names)]);
  const rowsByShared = Map.groupBy(distinct(other, telling), ({ match }) => valuesOf(shared, (name) => match[name]));
  for (const first of distinct(one, telling)) {
    for (const second of rowsByShared.get(valuesOf(shared, (name) => first.match[name])) ?? []) {
      const valueFor = (name: string) => first.match[name] ?? second.match[name];
      if (larger.some(({ names, byValues }) => byValues.has(valuesOf(names, valueFor)))) continue;
      return { usage: sorted({ ...first.match, ...second.match }), prices: inOrder(first.item, second.item) };
    }
  }
  return undefined;
}

/** One row for each set of values of the dimensions that tell. */
function distinct({ names, byValues }: Group, telling: ReadonlySet<string>): Row[] {
  const told = names.filter((name) => telling.has(name));
  if (told.length === names.length) return [...byValues.values()];
  const rows = new Map<string, Row>();
  for (const row of byValues.values()) {
    const values = valuesOf(told, (name) => row.match[name]);
    if (!rows.has(values)) rows.set(values, row);
  }
  return [...rows.values()];
}

function inOrder(a: number, b: number): [number, number] {
  return a < b ? [a, b] : [b, a];
}
