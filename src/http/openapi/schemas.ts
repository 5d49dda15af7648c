import type { OpenAPIObject } from '@nestjs/swagger';
import { completeExamples } from './examples.js';
import type { JsonSchema } from './json-schema.js';
import { describeByName } from './words.js';

/** Turns what the library leaves in the manner of OpenAPI 3.0 into 3.1, in every schema of the document. */
export function polishSchemas(document: OpenAPIObject): void {
  for (const schema of Object.values(document.components?.schemas ?? {})) {
    for (const [name, property] of Object.entries((schema as JsonSchema).properties ?? {})) {
      describeByName(name, property);
      tellDefault(property);
    }
    completeExamples(schema as JsonSchema);
  }
  forEachSchema(document, (schema) => {
    mergeSingle(schema);
    if (!('example' in schema)) return;
    schema.examples = [schema.example];
    delete schema.example;
  });
}

/** Generators take a field with a default for one that is always there, also in a request, so a sentence tells it. */
function tellDefault(property: JsonSchema): void {
  if (!('default' in property)) return;
  const value = property.default;
  property.description = [property.description, `\`${String(value)}\` when left out.`].filter(Boolean).join(' ');
  property.example ??= value;
  delete property.default;
}

/** In 3.1 a description may stand next to a reference; 3.0 had to wrap the reference for that. */
function mergeSingle(schema: JsonSchema): void {
  const [only] = schema.allOf?.length === 1 ? schema.allOf : [];
  if (only === undefined) return;
  delete schema.allOf;
  Object.assign(schema, only);
}

/** Visits every schema of the document, those that hold others last. */
export function forEachSchema(document: OpenAPIObject, visit: (schema: JsonSchema) => void): void {
  for (const schema of Object.values(document.components?.schemas ?? {})) walk(schema as JsonSchema, visit);
  visitHolders(document.paths, visit);
  visitHolders(document.components?.headers, visit);
}

/** Outside the components, a schema is what stands under the name `schema`. */
function visitHolders(node: unknown, visit: (schema: JsonSchema) => void): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [name, child] of Object.entries(node)) {
    if (name === 'schema') walk(child as JsonSchema, visit);
    else if (name !== 'examples' && name !== 'example') visitHolders(child, visit);
  }
}

function walk(schema: JsonSchema, visit: (schema: JsonSchema) => void): void {
  const { properties = {}, items, additionalProperties, allOf = [], anyOf = [], oneOf = [] } = schema;
  for (const child of [...Object.values(properties), ...allOf, ...anyOf, ...oneOf]) walk(child, visit);
  if (items !== undefined) walk(items, visit);
  if (typeof additionalProperties === 'object') walk(additionalProperties, visit);
  visit(schema);
}
