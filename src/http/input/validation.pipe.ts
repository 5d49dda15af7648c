import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { type FieldError, ValidationFailed } from '../problems/http.problems.js';
import { fieldErrorsOf } from './field-errors.js';
import { escapePointer, faultsOf, MAX_FAULTS } from './json-faults.js';

const BUILT_IN = new Set<unknown>([String, Number, Boolean, Array, Object]);

/**
 * Checks whatever comes from outside before a controller sees it: text that the database could not hold is refused
 * everywhere, and a DTO class is filled and validated. Values of a body are taken as they are, never converted; unknown
 * fields are refused. An absent body counts as an empty object. @throws ValidationFailed
 */
@Injectable()
export class ValidationPipe implements PipeTransform {
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    if (type === 'custom') return value;
    const part = type === 'body' ? undefined : type === 'param' ? 'path' : type;
    const root = data === undefined ? '' : `/${escapePointer(data)}`;
    const dto = metatype === undefined || BUILT_IN.has(metatype) ? undefined : (metatype as ClassConstructor<object>);
    refuse(faultsOf(value, { root, dto }), part, MAX_FAULTS);
    if (dto === undefined) return value;
    return filled(dto, value === undefined ? {} : value, part, MAX_FAULTS);
  }
}

/** A body that no pipe has seen, checked as the pipe would, with at most `maxErrors`. @throws ValidationFailed */
export function validated<Dto extends object>(dto: ClassConstructor<Dto>, body: unknown, maxErrors = MAX_FAULTS): Dto {
  refuse(faultsOf(body, { max: maxErrors, dto }), undefined, maxErrors);
  return filled(dto, body, undefined, maxErrors);
}

/** A DTO filled with a value of which `faultsOf` finds nothing, and validated. @throws ValidationFailed */
function filled<Dto extends object>(
  dto: ClassConstructor<Dto>,
  value: unknown,
  part: FieldError['in'],
  maxErrors: number,
): Dto {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw ValidationFailed.at('', 'must be a JSON object', part);
  const instance = plainToInstance(dto, value);
  const errors = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    validationError: { target: false },
  });
  refuse(fieldErrorsOf(errors, part), part, maxErrors);
  return instance;
}

function refuse(errors: FieldError[], part: FieldError['in'], maxErrors: number): void {
  if (errors.length === 0) return;
  const shown = errors.slice(0, maxErrors);
  throw new ValidationFailed({ errors: part === undefined ? shown : shown.map((error) => ({ ...error, in: part })) });
}
