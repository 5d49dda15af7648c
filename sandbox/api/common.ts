import type Stripe from 'stripe';
import { type Condition, listObjects, positionOf } from '../store/list.js';
import { findObject, type Identified, type Kind, type Stored } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { invalidRequest, noSuch } from './errors.js';

const defaultLimit = 10;
const maxLimit = 100;

interface PageParams {
  limit?: number;
  starting_after?: string;
  ending_before?: string;
  created?: Stripe.RangeQueryParam | number;
}

/** One page of a list, as Stripe answers it. */
export async function listPage<S extends Identified>(
  work: Work,
  kind: Kind<S>,
  url: string,
  params: PageParams,
  filter: { equal?: Record<string, unknown>; conditions?: Condition[] } = {},
): Promise<Stripe.ApiList<S>> {
  const page = await listObjects(work.tx, kind, {
    equal: filter.equal ?? {},
    conditions: [...(filter.conditions ?? []), ...createdConditions(params.created)],
    limit: pageLimit(params),
    ...(await cursor(work, kind, params)),
  });
  return { object: 'list', data: page.data, has_more: page.hasMore, url };
}

export function pageLimit({ limit = defaultLimit }: PageParams): number {
  if (limit >= 1 && limit <= maxLimit) return limit;
  throw invalidRequest(`Invalid limit: must be between 1 and ${maxLimit}`, {
    code: 'parameter_invalid_integer',
    param: 'limit',
  });
}

async function cursor(work: Work, kind: Kind<Identified>, params: PageParams) {
  const { starting_after, ending_before } = params;
  if (starting_after !== undefined && ending_before !== undefined) {
    throw invalidRequest('Received both starting_after and ending_before; only one may be given', {
      param: 'ending_before',
    });
  }
  const position = async (id: string, param: string) => {
    const found = await positionOf(work.tx, kind, id);
    if (found === undefined) throw noSuch(kind.name, id, param);
    return found;
  };
  if (starting_after !== undefined) return { after: await position(starting_after, 'starting_after') };
  if (ending_before !== undefined) return { before: await position(ending_before, 'ending_before') };
  return {};
}

const comparisons = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function createdConditions(created: PageParams['created']): Condition[] {
  if (created === undefined) return [];
  if (typeof created === 'number') return [{ sql: 'o.created = $::bigint', value: created }];
  return Object.entries(comparisons).flatMap(([name, operator]) => {
    const value = created[name as keyof typeof comparisons];
    return value === undefined ? [] : [{ sql: `o.created ${operator} $::bigint`, value }];
  });
}

/**
 * The object, or Stripe's refusal. `param` names the parameter that the id was given in, when it was not in the path.
 */
export async function need<S extends Identified, H extends object>(
  work: Work,
  kind: Kind<S, H>,
  id: string,
  { param = 'id', lock = false } = {},
): Promise<Stored<S, H>> {
  const found = await findObject(work.tx, kind, id, { lock });
  if (found === undefined) throw noSuch(kind.name, id, param);
  return found;
}

/** Writes the given fields over an object; those that are `undefined` leave it as it is. */
export function withChanges<S extends object>(shown: S, changes: Partial<S>): S {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...shown, ...Object.fromEntries(given) };
}
