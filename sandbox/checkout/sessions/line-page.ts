import type Stripe from 'stripe';
import { pageLimit } from '../../api/common.js';
import { noSuch } from '../../api/errors.js';

/** One page of the lines of a session, a link or an invoice. Lines are few, so that their pages are cut here. */
export function pageOfLines<Line extends { id: string }>(
  lines: Line[],
  params: Stripe.PaginationParams,
  url: string,
): Stripe.ApiList<Line> {
  const position = (item: string | undefined, param: string) => {
    if (item === undefined) return undefined;
    const index = lines.findIndex((line) => line.id === item);
    if (index < 0) throw noSuch('item', item, param);
    return index;
  };
  const limit = pageLimit(params);
  const after = position(params.starting_after, 'starting_after');
  const before = position(params.ending_before, 'ending_before');
  const end = before ?? Math.min((after ?? -1) + 1 + limit, lines.length);
  const start = before === undefined ? (after ?? -1) + 1 : Math.max(0, before - limit);
  const hasMore = before === undefined ? end < lines.length : start > 0;
  return { object: 'list', data: lines.slice(start, end), has_more: hasMore, url };
}
