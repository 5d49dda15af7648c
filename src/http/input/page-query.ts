import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { DEFAULT_PAGE_LIMIT, decodeCursor, MAX_PAGE_LIMIT } from '../../kernel/keyset-page.js';
import { ValidationFailed } from '../problems/http.problems.js';
import { IsInteger, IsText, MayBeAbsent, OptionalInstant } from './fields.js';

/** How many rows a query asks for at most. The field's initial value is to be `DEFAULT_PAGE_LIMIT`. */
export function Limit(): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      type: 'integer',
      minimum: 1,
      maximum: MAX_PAGE_LIMIT,
      default: DEFAULT_PAGE_LIMIT,
      description: 'How many to answer at most.',
    }),
    Transform(({ value }) => (typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value)),
    IsInteger({ min: 1, max: MAX_PAGE_LIMIT }),
  );
}

/** Which page of a list is asked for. A query with more fields extends it. */
export class PageQuery {
  @Limit()
  limit: number = DEFAULT_PAGE_LIMIT;

  @ApiPropertyOptional({ type: String, description: 'The `nextCursor` of the page before.' })
  @MayBeAbsent()
  @IsText({ max: 500 })
  cursor?: string;
}

/** A page of what was made within a span of time. */
export class SpanQuery extends PageQuery {
  @OptionalInstant('2026-11-01T00:00:00Z', 'What was made at this moment or later.')
  from?: string;

  @OptionalInstant('2026-12-01T00:00:00Z', 'What was made before this moment.')
  to?: string;
}

/** A filter by an id that somebody else made, such as Stripe: any text, which finds nothing when there is none. */
export function StripeIdFilter(example: string, description: string): PropertyDecorator {
  return (target, name) => {
    ApiPropertyOptional({ type: String, maxLength: 255, example, description })(target, name);
    MayBeAbsent()(target, name);
    IsText({ max: 255 })(target, name);
  };
}

/** The bounds of a span as moments: Postgres does not read every offset that RFC 3339 allows. */
export function spanOf({ from, to }: SpanQuery): { from: Date | undefined; to: Date | undefined } {
  return { from: from === undefined ? undefined : new Date(from), to: to === undefined ? undefined : new Date(to) };
}

/**
 * The sort key that the cursor of a page holds, or undefined on the first page.
 * @throws ValidationFailed when the cursor was not given out here, or its key does not have the form that this list
 * gives out.
 */
export function cursorKeyOf(page: PageQuery, form: RegExp): string | undefined {
  if (page.cursor === undefined) return undefined;
  const key = decodeCursor(page.cursor);
  if (key === undefined || !form.test(key))
    throw ValidationFailed.at('/cursor', 'must be the nextCursor of an earlier answer of this list', 'query');
  return key;
}
