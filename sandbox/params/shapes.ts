import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a parameter must look like. Written by `generate.mjs`. */
export type Shape =
  | 'string'
  | 'integer'
  | 'number'
  | 'decimal'
  | 'boolean'
  | 'metadata'
  | 'unsupported'
  | { oneOf: string[] }
  | { listOf: Shape }
  | { mapOf: Shape }
  | { emptyable: Shape }
  | { either: Shape[] }
  | ObjectShape;

export interface ObjectShape {
  fields: Record<string, Shape>;
  required?: string[];
}

/** The parameters of every endpoint that is offered, by method and path. */
export function readShapes(): Map<string, ObjectShape> {
  const folder = join(import.meta.dirname, 'generated');
  const tables = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
  return new Map(tables.flatMap((table) => Object.entries<ObjectShape>(table)));
}
