import type { Type } from '@nestjs/common';
import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { invariant } from '../../kernel/invariant.js';
import type { JsonSchema } from './json-schema.js';
import { SCHEMAS } from './operations.js';

/** A type of event: the class of its data, and when it is told. */
export interface DescribedEvent {
  readonly data: Type;
  readonly description: string;
}

/** All events that are told, by their types, and the class of what they have in common. */
export interface DescribedEvents {
  readonly envelope?: Type;
  readonly types: Readonly<Record<string, DescribedEvent>>;
  /** What is sent to webhook endpoints in the same form, and has no place in the feed. */
  readonly messages?: Readonly<Record<string, DescribedEvent>>;
}

/** To be injected; where no event is told there are none. */
export const DESCRIBED_EVENTS = Symbol('DESCRIBED_EVENTS');

/** The classes that only events are made of, so that the description has them. */
export function modelsOf({ types, messages = {} }: DescribedEvents): Type[] {
  return [...new Set([...Object.values(types), ...Object.values(messages)].map(({ data }) => data))];
}

/**
 * Describes each type of event under `webhooks`, with a schema of its own, and makes that of their common class one of
 * these: so that what is answered and what is told is held to the class of its data.
 */
export function describeWebhooks(document: OpenAPIObject, { envelope, types, messages = {} }: DescribedEvents): void {
  if (envelope === undefined) return;
  const schemas = document.components?.schemas as Record<string, JsonSchema>;
  const name = getSchemaPath(envelope).slice(SCHEMAS.length);
  const common = schemas[name];
  invariant(common !== undefined, `the description has the schema ${name}`);
  const named = ([type, event]: [string, DescribedEvent]) => ({ type, event, schema: eventSchemaNameOf(type) });
  const described = Object.entries(types).map(named);
  const sentAlone = Object.entries(messages).map(named);
  for (const { type, event, schema } of described) schemas[schema] = eventSchema(common, type, event);
  for (const { type, event, schema } of sentAlone) schemas[schema] = messageSchema(common, type, event);
  schemas[name] = {
    description: common.description ?? 'What happened.',
    oneOf: described.map(({ schema }) => ({ $ref: SCHEMAS + schema })),
    discriminator: {
      propertyName: 'type',
      mapping: Object.fromEntries(described.map(({ type, schema }) => [type, SCHEMAS + schema])),
    },
  };
  document.webhooks = Object.fromEntries(
    [...described, ...sentAlone].map(({ type, event, schema }) => [type, { post: operationOf(type, event, schema) }]),
  ) as NonNullable<OpenAPIObject['webhooks']>;
}

/** The name of the schema of an event, such as `OrderFulfilledEvent` of `order.fulfilled`. */
function eventSchemaNameOf(type: string): string {
  const words = type.split(/[._]/).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Event`;
}

function eventSchema(common: JsonSchema, type: string, { data, description }: DescribedEvent): JsonSchema {
  return {
    ...common,
    description,
    properties: {
      ...structuredClone(common.properties),
      type: { type: 'string', const: type, description: 'What happened.' },
      data: { $ref: getSchemaPath(data), description: 'What it is about, as it was then.' },
    },
  };
}

/** It has the form of an event, but no place in the feed, and is of no account. */
function messageSchema(common: JsonSchema, type: string, event: DescribedEvent): JsonSchema {
  const { properties, ...rest } = eventSchema(common, type, event);
  const nothing = (description: string) => ({ type: 'null', description });
  const id = {
    type: 'string',
    examples: ['msg_01kbhe5m8f6q0000000000000a'],
    description: 'Its id, as `webhook-id` has it.',
  };
  const absent = { sequence: nothing('It has no place in the feed.'), accountId: nothing('It is of no account.') };
  return { ...rest, properties: { ...properties, id, ...absent } };
}

function operationOf(type: string, { description }: DescribedEvent, schema: string): object {
  return {
    operationId: type.replace(/[._]([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    tags: ['Events'],
    summary: type,
    description,
    requestBody: { required: true, content: { 'application/json': { schema: { $ref: SCHEMAS + schema } } } },
    responses: { '2XX': { description: 'Any of these says that it was received.' } },
  };
}
