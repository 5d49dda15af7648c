import type { OutgoingHttpHeaders } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type JsonSchema } from '../../../src/http/openapi/json-schema.js';
import { forEachSchema } from '../../../src/http/openapi/schemas.js';

export interface Asked {
  method: string;
  url: string;
}

interface Answer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

interface DescribedResponse {
  headers?: Record<string, { $ref: string }>;
  content?: Record<string, { schema: JsonSchema }>;
}

interface Described {
  name: string;
  path: RegExp;
  method: string;
  responses: Record<string, DescribedResponse>;
}

/** Addresses that are no part of the API: pages for people, and the description itself. */
const PAGES = /^\/($|docs($|\/)|openapi\.json$|problems($|\/)|checkout\/(success|cancelled)$|plans$|favicon\.ico$)/;
/**
 * What is refused before a route is known, bodies included, which are read though nothing asks for them; everything
 * else is described where it comes from.
 */
const OF_NO_ROUTE = new Set([
  'malformed-json',
  'payload-too-large',
  'unsupported-media-type',
  'route-not-found',
  'method-not-allowed',
  'request-refused',
  'malformed-url',
  'shutting-down',
]);
const OF_THE_FRAMEWORK = new Set([
  'request-refused',
  'malformed-request',
  'unmet-expectation',
  'request-timeout',
  'headers-too-large',
]);
/** Headers that say something to a client, and so must be described where they are sent. */
const TELLING_HEADERS = ['idempotency-replayed', 'retry-after', 'allow', 'www-authenticate', 'location'];

const DOCUMENT = 'scrip:openapi';

/** Holds answers against a description: status, headers, content type, and body without anything undescribed. */
export class AnswerCheck {
  private readonly ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true, logger: false });
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly routes: Described[];

  constructor(private readonly document: OpenAPIObject) {
    addFormats.default(this.ajv);
    const closed = structuredClone(document);
    forEachSchema(closed, closeSchema);
    this.ajv.addSchema(closed as object, DOCUMENT);
    this.routes = routesOf(document);
  }

  faultsOf({ method, url }: Asked, answer: Answer): string[] {
    const path = url.split('?', 1)[0] ?? '';
    const name = method === 'HEAD' ? 'GET' : method;
    const route = this.routes.find((each) => each.method === name && each.path.test(path));
    // Without a name of its own it is a route of a test.
    if (route?.name.includes('_')) return [];
    const faults =
      route === undefined ? this.faultsOfNoRoute(path, answer) : this.faultsOfRoute(route, method === 'HEAD', answer);
    return faults.map((fault) => `${method} ${path} answered ${answer.status}: ${fault}`);
  }

  private faultsOfNoRoute(path: string, answer: Answer): string[] {
    if (PAGES.test(path) || isProblemPage(answer)) return [];
    const type = problemTypeOf(answer);
    return type !== undefined && OF_NO_ROUTE.has(type) ? [] : ['this address is not described'];
  }

  private faultsOfRoute(route: Described, isHead: boolean, answer: Answer): string[] {
    if (isProblemPage(answer)) return [];
    const type = problemTypeOf(answer);
    const isOfFramework = type !== undefined && OF_THE_FRAMEWORK.has(type);
    const key = isOfFramework ? 'default' : String(answer.status);
    const response = route.responses[key];
    if (response === undefined) return [`this status is not described for ${route.name}${type ? ` (${type})` : ''}`];
    const faults = this.headerFaultsOf(response, answer);
    if (isHead || answer.body.length === 0)
      return isHead || response.content === undefined ? faults : [...faults, 'a body is described and none was sent'];
    const mediaType = String(answer.headers['content-type']).split(';', 1)[0] ?? '';
    const content = response.content?.[mediaType];
    if (content === undefined) return [...faults, `${mediaType} is not described`];
    if (!mediaType.endsWith('json')) return faults;
    const text = answer.body.toString();
    // Each line is a value by itself.
    const texts = mediaType === 'application/x-ndjson' ? text.trimEnd().split('\n') : [text];
    return [...faults, ...texts.flatMap((one) => this.bodyFaultsOf(route, content.schema, JSON.parse(one)))];
  }

  private headerFaultsOf({ headers = {} }: DescribedResponse, answer: Answer): string[] {
    const described = Object.entries(headers).map(([name, { $ref }]) => {
      const header = this.document.components?.headers?.[$ref.split('/').at(-1) ?? ''];
      return { name: name.toLowerCase(), isRequired: (header as { required?: boolean }).required === true };
    });
    return [
      ...described
        .filter(({ name, isRequired }) => isRequired && answer.headers[name] === undefined)
        .map(({ name }) => `the header ${name} is missing`),
      ...TELLING_HEADERS.filter(
        (name) => answer.headers[name] !== undefined && !described.some((header) => header.name === name),
      ).map((name) => `the header ${name} is not described`),
    ];
  }

  private bodyFaultsOf(route: Described, schema: JsonSchema, value: unknown): string[] {
    // Of one of several kinds, whichever the request was for.
    const kinds = schema.anyOf?.map(({ $ref }) => $ref ?? '') ?? [];
    if (kinds.some((kind) => this.validatorOf(kind)(value))) return [];
    const ref = kinds.at(-1) ?? (schema.oneOf === undefined ? schema.$ref : refOfOne(schema, value));
    if (ref === undefined) return [`${(value as { type: string }).type} is not described for ${route.name}`];
    const validate = this.validatorOf(ref);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${ref.split('/').at(-1)}${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  /** Compiled when it is first needed, and kept. */
  private validatorOf(ref: string): ValidateFunction {
    const known = this.validators.get(ref);
    if (known !== undefined) return known;
    const made = this.ajv.compile({ $ref: `${DOCUMENT}${ref}` });
    this.validators.set(ref, made);
    return made;
  }
}

/** Among several problems of one status, or several forms of a line, the one that the answer says it is. */
function refOfOne({ oneOf = [], discriminator }: JsonSchema, value: unknown): string | undefined {
  const { mapping, propertyName } = discriminator as { mapping: Record<string, string>; propertyName: string };
  const ref = mapping[(value as Record<string, string>)[propertyName] ?? ''];
  return oneOf.some(({ $ref }) => $ref === ref) ? ref : undefined;
}

/** Nothing may be answered that is not described. */
function closeSchema(schema: JsonSchema): void {
  if (schema.properties !== undefined) schema.additionalProperties ??= false;
}

/** A person with a browser reads a problem as a page. */
function isProblemPage({ status, headers }: Answer): boolean {
  return status >= 400 && String(headers['content-type']).startsWith('text/html');
}

function problemTypeOf({ headers, body }: Answer): string | undefined {
  if (!String(headers['content-type']).startsWith('application/problem+json') || body.length === 0) return undefined;
  return /^\{"type":"\/problems\/([a-z-]+)"/.exec(body.toString('utf8', 0, 100))?.[1];
}

function routesOf({ paths }: OpenAPIObject): Described[] {
  const routes = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { operationId: string; responses: Described['responses'] }>).map(
      ([method, { operationId, responses }]) => ({
        name: operationId,
        path: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
        method: method.toUpperCase(),
        responses,
      }),
    ),
  );
  // An address that is written out goes before one with a parameter in its place.
  return routes.sort((one, other) => one.path.source.split('[^/]+').length - other.path.source.split('[^/]+').length);
}
