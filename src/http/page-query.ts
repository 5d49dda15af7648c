import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { DEFAULT_PAGE_LIMIT, decodeCursor, MAX_PAGE_LIMIT } from '../kernel/keyset-page.js';
import { IsInteger, IsText, MayBeAbsent } from './fields.js';
import { ValidationFailed } from './http.problems.js';

/** Which page of a list is asked for. A query with more fields extends it. */
export class PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_PAGE_LIMIT,
    default: DEFAULT_PAGE_LIMIT,
    description: 'How many to answer at most.',
  })
  @Transform(({ value }) => (typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value))
  @IsInteger({ min: 1, max: MAX_PAGE_LIMIT })
  limit: number = DEFAULT_PAGE_LIMIT;

  @ApiPropertyOptional({ type: String, description: 'The `nextCursor` of the page before.' })
  @MayBeAbsent()
  @IsText({ max: 500 })
  cursor?: string;
}

/**
 * The sort key that the cursor of a page holds, or undefined on the first page.
 * @throws ValidationFailed when the cursor is none of ours, or its key does not have the form that this list gives out.
 */
export function cursorKeyOf(page: PageQuery, form: RegExp): string | undefined {
  if (page.cursor === undefined) return undefined;
  const key = decodeCursor(page.cursor);
  if (key === undefined || !form.test(key))
    throw ValidationFailed.at('/cursor', 'must be the nextCursor of an earlier answer of this list', 'query');
  return key;
}
