import { Injectable, Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { ACCOUNT_ID_PATTERN } from '../../kernel/ids.js';
import { documentOn } from '../openapi/document-on.js';
import { ValidationFailed } from '../problems/http.problems.js';
import { ACCOUNT_ID_SENTENCE } from './fields.js';

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
    documentOn(
      target,
      method,
      ApiParam({
        name: 'accountId',
        schema: { type: 'string', pattern: ACCOUNT_ID_PATTERN.source },
        example: 'ada',
        description: 'The id of the account, which is your own. Percent-encode it, as any part of an address.',
      }),
    );
  };
}
