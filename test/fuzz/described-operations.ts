import type { Dice } from './dice.js';

/** What this needs of a schema of JSON Schema or of OpenAPI 3.0, where types may be lists and `nullable` may stand. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  examples?: unknown;
  format?: string;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema?: Schema;
  example?: unknown;
}

export interface Operation {
  method: string;
  path: string;
  parameters: Parameter[];
  body: Schema | undefined;
}

interface Document {
  paths: Record<string, Record<string, unknown>>;
  components: { schemas: Record<string, Schema> };
}

interface DescribedOperation {
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

/** The operations of a description, and values that fit it. `known` has values of the books for fields of a name. */
export class Description {
  constructor(
    private readonly document: Document,
    private readonly known: Record<string, readonly unknown[]>,
  ) {}

  operations(): Operation[] {
    return Object.entries(this.document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => method in item).map((method) => {
        const { parameters = [], requestBody } = item[method] as DescribedOperation;
        return {
          method: method.toUpperCase(),
          path,
          parameters: parameters.map((parameter) => this.resolved<Parameter>(parameter)),
          body: requestBody === undefined ? undefined : Object.values(requestBody.content)[0]?.schema,
        };
      }),
    );
  }

  /** A value that the description allows, or nearly so. */
  valueOf(dice: Dice, given: Schema | undefined, name: string, depth = 0): unknown {
    const known = this.known[name];
    if (known !== undefined && dice.happens(0.9)) return dice.oneOf(known);
    const schema = this.resolved<Schema>(given ?? {});
    if (schema.const !== undefined) return schema.const;
    if (schema.enum !== undefined) return dice.oneOf(schema.enum);
    const choices = schema.oneOf ?? schema.anyOf;
    if (choices !== undefined) return this.valueOf(dice, dice.oneOf(choices), name, depth + 1);
    if (schema.allOf !== undefined) return this.allOf(dice, schema, name, depth);
    const type = Array.isArray(schema.type) ? dice.oneOf(schema.type) : schema.type;
    if (type === 'null' || depth > 8) return null;
    if (type === 'object' || schema.properties !== undefined) return this.objectOf(dice, schema, depth);
    if (type === 'array')
      return Array.from({ length: (schema.minItems ?? 0) + dice.below(3) }, () =>
        this.valueOf(dice, schema.items, name, depth + 1),
      );
    return scalarOf(dice, schema, type);
  }

  private allOf(dice: Dice, schema: Schema, name: string, depth: number): unknown {
    const values = (schema.allOf ?? []).map((part) => this.valueOf(dice, part, name, depth + 1));
    if (schema.properties !== undefined) values.push(this.objectOf(dice, schema, depth));
    const areObjects = values.every((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
    return areObjects ? Object.assign({}, ...values) : values[0];
  }

  private objectOf(dice: Dice, { properties = {}, required = [], additionalProperties }: Schema, depth: number) {
    const members = Object.entries(properties)
      .filter(([name]) => required.includes(name) || dice.happens(0.6))
      .map(([name, schema]) => [name, this.valueOf(dice, schema, name, depth + 1)]);
    if (typeof additionalProperties === 'object' && dice.happens(0.7))
      members.push(['note', this.valueOf(dice, additionalProperties, 'note', depth + 1)]);
    return Object.fromEntries(members);
  }

  private resolved<T extends object>(value: T | { $ref?: string }): T {
    let current: unknown = value;
    while (typeof current === 'object' && current !== null && '$ref' in current) {
      const steps = String(current.$ref).replace(/^#\//, '').split('/');
      current = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], this.document);
    }
    return current as T;
  }
}

function scalarOf(dice: Dice, schema: Schema, type: string | undefined): unknown {
  const { minimum = 1, maximum = 1_000_000, format } = schema;
  if (type === 'boolean') return dice.happens(0.5);
  if (type === 'integer' || type === 'number')
    return dice.oneOf([
      minimum,
      minimum,
      Math.min(maximum, minimum + dice.below(50)),
      maximum,
      minimum - 1,
      maximum + 1,
    ]);
  const [shown] = Array.isArray(schema.examples) ? schema.examples : [schema.example ?? schema.default];
  if (typeof shown === 'string' && dice.happens(0.7)) return shown;
  if (format === 'date-time') return dice.oneOf(['2026-01-31T12:00:00Z', '2099-01-01T00:00:00+02:00']);
  return dice.oneOf(['text', 'a-b_c', 'https://example.com/back', 'ada@example.com']);
}
