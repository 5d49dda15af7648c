import type { JsonSchema } from './json-schema.js';

/** What stands in a text or an object of this name, wherever its class does not say so itself. */
const EXAMPLES: Record<string, unknown> = {
  hash: '5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592',
  metadata: { job: 'job-42' },
  payload: { id: 'evt_1Tb2QmA', object: 'event', type: 'checkout.session.completed' },
  problem: { type: '/problems/insufficient-credits', title: 'Not enough credits', status: 402 },
  reason: 'the file was damaged',
};

/**
 * Completes the examples of a schema, for a page would fill in "string" and "additionalProp1": null where that may be.
 */
export function completeExamples(schema: JsonSchema): void {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (property.example !== undefined || property.examples !== undefined) continue;
    if (mayBeNull(property)) property.example = null;
    else if (name in EXAMPLES && property.type !== undefined) property.example = EXAMPLES[name];
  }
}

function mayBeNull({ type, anyOf = [] }: JsonSchema): boolean {
  return [type].flat().includes('null') || anyOf.some((branch) => branch.type === 'null');
}
