import { Injectable, Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { ACCOUNT_ID_PATTERN } from '../../kernel/ids.js';
import { documentOn } from '../openapi/document-on.js';
import { ValidationFailed } from '../problems/http.problems.js';
import { ACCOUNT_ID_SENTENCE } from './fields.js';
import { ValidationPipe } from './validation.pipe.js';

@Injectable()
class AccountIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!ACCOUNT_ID_PATTERN.test(value)) throw ValidationFailed.at('/accountId', ACCOUNT_ID_SENTENCE, 'path');
    return value;
  }
}

/** The path parameter `accountId`. An id outside the grammar is refused as `validation-failed`. */
export function AccountIdParam(): ParameterDecorator {
  return (target, method, index) => {
    Param('accountId', AccountIdPipe)(target, method, index);
    documentOn(target, method, ApiAccountIdParam());
  };
}

/** Documents the path parameter on a route that reads it by itself. */
export function ApiAccountIdParam(): MethodDecorator {
  return ApiParam({
    name: 'accountId',
    schema: { type: 'string', pattern: ACCOUNT_ID_PATTERN.source },
    example: 'ada',
    description: 'The id of the account, which is your own. Percent-encode it, as any part of an address.',
  });
}

/**
 * A part of the path as it stands there, checked as the pipes of a decorated parameter do: text that the database could
 * not hold is refused, and as `accountId` an id outside the grammar. @throws ValidationFailed
 */
export function pathText(name: string, text: string): string {
  if (ACCOUNT_ID_PATTERN.test(text)) return text;
  validation.transform(text, { type: 'param', data: name, metatype: String });
  return name === 'accountId' ? accountIds.transform(text) : text;
}

const validation = new ValidationPipe();
const accountIds = new AccountIdPipe();
