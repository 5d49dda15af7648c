import type { ValidationError } from 'class-validator';
import type { FieldError } from './http.problems.js';
import { escapePointer } from './json-faults.js';

/** Flattens the tree of class-validator to one error per broken rule, each with the pointer to its value. */
export function fieldErrorsOf(errors: ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap((error) => {
    const pointer = `${parent}/${escapePointer(error.property)}`;
    const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
      pointer,
      detail: sentenceOf(rule, message, error.property),
    }));
    return [...own, ...fieldErrorsOf(error.children ?? [], pointer)];
  });
}

/** The pointer names the property already, so the sentence begins behind it. */
function sentenceOf(rule: string, message: string, property: string): string {
  if (rule === 'whitelistValidation') return 'is not a field of this request';
  if (rule === 'nestedValidation') return 'must be an object, or a list of objects where one is asked for';
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
