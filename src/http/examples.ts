import type { OpenAPIObject } from '@nestjs/swagger';

type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

/** What stands in a field of this name, wherever its class does not say so itself. */
const EXAMPLES: Record<string, unknown> = {
  hash: '5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592',
  metadata: { job: 'job-42' },
  payload: { id: 'evt_1Tb2QmA', object: 'event', type: 'checkout.session.completed' },
  problem: { type: '/problems/insufficient-credits', title: 'Not enough credits', status: 402 },
  reason: 'the file was damaged',
};

/** Completes the examples of a schema, for a page would fill in "string" and "additionalProp1": null where that may be. */
export function completeExamples(schema: Schema): void {
  if ('$ref' in schema) return;
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if ('$ref' in property || property.example !== undefined) continue;
    if (property.nullable === true) property.example = null;
    else if (name in EXAMPLES) property.example = EXAMPLES[name];
  }
}
