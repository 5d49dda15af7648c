import type { ValidationError } from 'class-validator';
import type { FieldError } from '../problems/http.problems.js';
import { escapePointer } from './json-faults.js';

/**
 * Flattens the tree of class-validator to one error per broken rule, each with the pointer to its value; one that is
 * missing breaks no rule but that it is required. The errors hold the values, but no sentence shows one.
 */
export function fieldErrorsOf(errors: ValidationError[], part: FieldError['in'], parent = ''): FieldError[] {
  return errors.flatMap((error) => {
    const pointer = `${parent}/${escapePointer(error.property)}`;
    const rules = rulesOf(error);
    if (rules.length > 0 && error.value === undefined) return [{ pointer, detail: 'is required' }];
    // Whatever stands in an address or a header is text.
    const isText = part === undefined && typeof error.value === 'string';
    const own = rules.map(([rule, message]) => ({
      pointer,
      detail: sentenceOf(rule, message, error.property, isText),
    }));
    return [...own, ...fieldErrorsOf(error.children ?? [], part, pointer)];
  });
}

/** The broken rules with their sentences. `isNested` says what class-validator says as well where it nests. */
function rulesOf({ constraints = {} }: ValidationError): [string, string][] {
  const rules = Object.entries(constraints);
  return 'isNested' in constraints ? rules.filter(([rule]) => rule !== 'nestedValidation') : rules;
}

const NUMBER_SENTENCE = /^must be (a whole number .*)$/;

/** The pointer names the property already, so the sentence begins behind it. */
function sentenceOf(rule: string, message: string, property: string, isText: boolean): string {
  if (rule === 'whitelistValidation') return 'is not a field of this request';
  if (rule === 'nestedValidation') return 'must be an object, or a list of objects where one is asked for';
  const sentence = message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
  return isText ? sentence.replace(NUMBER_SENTENCE, 'must be a number, not text: $1') : sentence;
}
