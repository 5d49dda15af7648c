import type { OpenAPIObject } from '@nestjs/swagger';
import { invariant } from '../../kernel/invariant.js';

const REF = '#/components/schemas/';

/**
 * Gives every schema the name that a person would choose for it: what a client holds is an `Account` and not an
 * `AccountAnswer`, and what it sends is a `CreateRefundRequest`. Fails when two would share a name.
 */
export function nameSchemas(document: OpenAPIObject): void {
  const schemas = document.components?.schemas ?? {};
  const names = new Map(Object.keys(schemas).map((name) => [name, plainNameOf(name)]));
  const taken = new Set(names.values());
  invariant(taken.size === names.size, `two schemas of the API share a name: ${twinsOf([...names.values()])}`);
  document.components = {
    ...document.components,
    schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [names.get(name) ?? name, schema])),
  };
  forEachRef(document, (node) => {
    const name = node.$ref.slice(REF.length);
    node.$ref = REF + (names.get(name) ?? name);
  });
}

function plainNameOf(name: string): string {
  return name.replace(/Answer$/, '').replace(/Body$/, 'Request');
}

function twinsOf(names: string[]): string {
  return names.filter((name, index) => names.indexOf(name) !== index).join(', ');
}

function forEachRef(node: unknown, change: (node: { $ref: string }) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if ('$ref' in node && typeof node.$ref === 'string' && node.$ref.startsWith(REF)) change(node as { $ref: string });
  for (const child of Object.values(node)) forEachRef(child, change);
}
