import { Injectable, Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { documentOn } from '../../http/openapi/document-on.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { METER_KEY_PATTERN, METER_KEY_SENTENCE } from '../fields.js';

@Injectable()
class MeterKeyPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!METER_KEY_PATTERN.test(value)) throw ValidationFailed.at('/key', METER_KEY_SENTENCE, 'path');
    return value;
  }
}

/** The path parameter `key` of a meter. A key outside the grammar is refused as `validation-failed`. */
export function MeterKeyParam(): ParameterDecorator {
  return (target, method, index) => {
    Param('key', MeterKeyPipe)(target, method, index);
    documentOn(
      target,
      method,
      ApiParam({
        name: 'key',
        schema: { type: 'string', pattern: METER_KEY_PATTERN.source },
        example: 'tokens',
        description: 'The key of the meter, which is your own.',
      }),
    );
  };
}
