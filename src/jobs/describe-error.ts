import { sqlStateOf } from '../database/sql-state.js';
import { Problem } from '../kernel/problem.js';
import { storableText } from '../kernel/storable.js';

const MAX_LENGTH = 500;
/** Keys and signing secrets, wherever a library may have quoted one. */
const SECRETS = /\b(?:sk|rk|pk|whsec)_[A-Za-z0-9_*-]+|postgres(?:ql)?:\/\/\S+/g;

/**
 * One line for a person who looks at what failed in the background: no secrets, no stack, no data of customers.
 * Whatever others have written into it, Postgres can store it.
 */
export function describeError(error: unknown): string {
  return storableText(withoutKeys(plain(error)).replace(/\s+/g, ' ').slice(0, MAX_LENGTH));
}

/** A text in which no key, signing secret or address of a database can be read any more. */
export function withoutKeys(text: string): string {
  return text.replace(SECRETS, '[redacted]');
}

function plain(error: unknown): string {
  if (error instanceof Problem) return `${error.message} ${JSON.stringify(error.facts, bigintAsText)}`;
  const state = sqlStateOf(error);
  if (state !== undefined) return `the database refused it (SQLSTATE ${state})`;
  return error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no error was thrown';
}

function bigintAsText(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
