import { Injectable, Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { documentOn } from '../http/openapi/document-on.js';
import { ValidationFailed } from '../http/problems/http.problems.js';

const KEY_PATTERN = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const SENTENCE = 'must be 1 to 64 characters of a-z 0-9 . _ -, beginning with a letter or digit';

@Injectable()
class AlertKeyPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!KEY_PATTERN.test(value)) throw ValidationFailed.at('/key', SENTENCE, 'path');
    return value;
  }
}

/** The path parameter `key` of an alert, which is the owner's own. */
export function AlertKeyParam(): ParameterDecorator {
  return (target, method, index) => {
    Param('key', AlertKeyPipe)(target, method, index);
    const schema = { type: 'string', pattern: KEY_PATTERN.source } as const;
    documentOn(target, method, ApiParam({ name: 'key', schema, example: 'running-low', description: 'Your own.' }));
  };
}
