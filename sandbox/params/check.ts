import { ApiError, invalidRequest, missingParam, notInSandbox } from '../api/errors.js';
import { spokenVersion } from '../api/version.js';
import { membersOf, type Raw, type RawParams } from '../http/form.js';
import type { ObjectShape, Shape } from './shapes.js';

/**
 * Turns what arrived into what the SDK's types promise: numbers, booleans, lists, and null for a value that was
 * emptied. Throws Stripe's errors for unknown, missing and malformed parameters, and the sandbox's own for those it
 * does not act on.
 */
export function checkParams(raw: RawParams, shape: ObjectShape): Record<string, unknown> {
  return checkObject(raw, shape, '');
}

function refuseUnknown(raw: RawParams, shape: ObjectShape, path: string): void {
  const unknown = Object.keys(raw).filter((name) => !Object.hasOwn(shape.fields, name));
  const [first] = unknown;
  if (first === undefined) return;
  const names = unknown.map((name) => inside(path, name)).join(', ');
  throw invalidRequest(`Received unknown parameter${unknown.length > 1 ? 's' : ''}: ${names}. ${spokenVersion}`, {
    code: 'parameter_unknown',
    param: inside(path, first),
  });
}

function checkObject(raw: Raw, shape: ObjectShape, path: string): Record<string, unknown> {
  if (typeof raw === 'string') throw invalidRequest('Invalid object', { param: path });
  refuseUnknown(raw, shape, path);
  for (const name of shape.required ?? []) {
    if (raw[name] === undefined) throw missingParam(inside(path, name));
  }
  const checked = Object.entries(raw).map(([name, value]) => {
    return [name, checkValue(value, shape.fields[name] ?? 'unsupported', inside(path, name))];
  });
  return Object.fromEntries(checked);
}

function checkValue(raw: Raw, shape: Shape, path: string): unknown {
  if (typeof shape === 'string') return checkSimple(raw, shape, path);
  if ('emptyable' in shape) return raw === '' ? null : checkValue(raw, shape.emptyable, path);
  if ('oneOf' in shape) return checkOneOf(raw, shape.oneOf, path);
  if ('listOf' in shape) return checkList(raw, shape.listOf, path);
  if ('mapOf' in shape) return checkMap(raw, shape.mapOf, path);
  if ('either' in shape) return checkEither(raw, shape.either, path);
  return checkObject(raw, shape, path);
}

function checkSimple(raw: Raw, shape: Shape & string, path: string): unknown {
  if (shape === 'unsupported') throw notInSandbox(`Received the parameter ${path}.`, path);
  if (shape === 'metadata') return checkMetadata(raw, path);
  if (typeof raw !== 'string') throw invalidRequest(`Invalid ${shape}`, { param: path });
  switch (shape) {
    case 'string':
      return checkString(raw, path);
    case 'integer':
      return checkInteger(raw, path);
    case 'boolean':
      return checkBoolean(raw, path);
    default:
      if (!/^-?\d+(\.\d+)?$/.test(raw)) throw invalidRequest(`Invalid decimal: ${raw}`, { param: path });
      return shape === 'number' ? Number(raw) : raw;
  }
}

/** The SDKs of some languages write them with a capital letter. */
function checkBoolean(raw: string, path: string): boolean {
  const value = raw.toLowerCase();
  if (value !== 'true' && value !== 'false') throw invalidRequest(`Invalid boolean: ${raw}`, { param: path });
  return value === 'true';
}

const maxTextLength = 5000;
const maxLongTextLength = 20_000;
/** Where Stripe takes more than elsewhere. */
const longTexts = new Set(
  [
    'access_activity_log',
    'cancellation_policy_disclosure',
    'cancellation_rebuttal',
    'duplicate_charge_explanation',
    'product_description',
    'refund_policy_disclosure',
    'refund_refusal_explanation',
    'uncategorized_text',
  ].map((name) => `evidence[${name}]`),
);

function checkString(raw: string, path: string): string {
  if (raw === '') throw emptyRefused(path);
  const longest = longTexts.has(path) ? maxLongTextLength : maxTextLength;
  if (raw.length > longest) {
    throw invalidRequest(`Invalid string: ${raw.slice(0, 20)}...; must be at most ${longest} characters`, {
      code: 'parameter_invalid_string_too_long',
      param: path,
    });
  }
  // Postgres cannot keep it, and no honest caller sends it.
  if (raw.includes('\0')) throw invalidRequest('Invalid string: contains a null byte', { param: path });
  return raw;
}

function checkInteger(raw: string, path: string): number {
  if (raw === '') throw emptyRefused(path);
  const value = Number(raw);
  if (!/^-?\d+$/.test(raw) || !Number.isSafeInteger(value)) {
    throw invalidRequest(`Invalid integer: ${raw}`, { code: 'parameter_invalid_integer', param: path });
  }
  return value;
}

function checkOneOf(raw: Raw, allowed: string[], path: string): string {
  if (typeof raw === 'string' && allowed.includes(raw)) return raw;
  const [last, ...before] = allowed.toReversed();
  const choice = before.length > 0 ? `${before.toReversed().join(', ')} or ${last}` : last;
  throw invalidRequest(`Invalid ${path}: must be one of ${choice}`, { param: path });
}

function checkList(raw: Raw, shape: Shape, path: string): unknown[] {
  const members = membersOf(raw);
  if (members === undefined) throw invalidRequest('Invalid array', { param: path });
  return members.map((each, index) => checkValue(each, shape, inside(path, String(index))));
}

function checkMap(raw: Raw, shape: Shape, path: string): Record<string, unknown> {
  if (typeof raw === 'string') throw invalidRequest('Invalid object', { param: path });
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [name, checkValue(value, shape, inside(path, name))]),
  );
}

/** Takes the first shape that fits; when none does, what the last one says. */
function checkEither(raw: Raw, shapes: Shape[], path: string): unknown {
  let fault: unknown;
  for (const shape of shapes) {
    try {
      return checkValue(raw, shape, path);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fault = error;
    }
  }
  throw fault;
}

const maxMetadataKeys = 50;
const maxMetadataKeyLength = 40;
const maxMetadataValueLength = 500;

/**
 * Values stay text; an empty one asks for the key to be removed, and an empty text instead of an object for all of
 * them.
 */
function checkMetadata(raw: Raw, path: string): Record<string, string> | null {
  if (raw === '') return null;
  if (typeof raw === 'string') throw invalidRequest('Invalid object', { param: path });
  const entries = Object.entries(raw);
  if (entries.length > maxMetadataKeys) {
    throw invalidRequest(`Metadata can have at most ${maxMetadataKeys} keys`, { param: path });
  }
  for (const [name, value] of entries) {
    const param = inside(path, name);
    if (typeof value !== 'string') throw invalidRequest('Metadata values must be strings', { param });
    if (name.length > maxMetadataKeyLength) {
      throw invalidRequest(`Metadata keys can have up to ${maxMetadataKeyLength} characters`, { param });
    }
    if (value.length > maxMetadataValueLength) {
      throw invalidRequest(`Metadata values can have up to ${maxMetadataValueLength} characters`, { param });
    }
    if (`${name}${value}`.includes('\0')) throw invalidRequest('Invalid string: contains a null byte', { param });
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

function emptyRefused(path: string): ApiError {
  return invalidRequest(
    `You passed an empty string for '${path}'. We assume empty values are an attempt to unset a parameter; however ` +
      `'${path}' cannot be unset. You should remove '${path}' from your request or supply a non-empty value.`,
    { code: 'parameter_invalid_empty', param: path },
  );
}

const inside = (path: string, name: string): string => (path === '' ? name : `${path}[${name}]`);
