import { API_VERSION } from '../client/stripe-client.js';

/** What every id of Stripe's looks like. Whoever holds the signing secret may have signed something else. */
const ID = /^[\w.:-]{1,255}$/;

/** An event that is acted on does not say what it is about, in the words of any API version that is known here. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';

  constructor(eventType: string, apiVersion: string | null, missing: string) {
    super(
      `${eventType} of the API version ${apiVersion ?? 'that is not named'} has no ${missing} that can be read. ` +
        `Set the endpoint in the Stripe dashboard to the version ${API_VERSION}; a reconciliation finds what it ` +
        'was about.',
    );
  }
}

/**
 * The object in an event, of which nothing is certain: its API version may be any. Reads ids, also of expanded objects.
 */
export class EventObject {
  private constructor(
    readonly eventType: string,
    private readonly apiVersion: string | null,
    private readonly data: { object?: unknown; previous_attributes?: unknown },
  ) {}

  static of(payload: unknown): EventObject {
    const { type, api_version: apiVersion, data } = payload as { type: string; api_version?: unknown; data: object };
    return new EventObject(type, typeof apiVersion === 'string' ? apiVersion : null, data);
  }

  /** @throws UnreadableEvent */
  get id(): string {
    return this.requireIdAt('id');
  }

  /** Texts by name; none where it has no metadata. @throws UnreadableEvent for anything else */
  get metadata(): Readonly<Record<string, string | undefined>> {
    const metadata = this.valueAt('metadata');
    if (metadata === undefined || (metadata !== null && typeof metadata !== 'object')) throw this.without('metadata');
    return (metadata ?? {}) as Record<string, string>;
  }

  /**
   * At the first of these places that this version has; null where it says that there is none. @throws UnreadableEvent
   */
  idAt(...places: readonly string[]): string | null {
    const found = places.map((place) => this.valueAt(place)).find((value) => value !== undefined);
    if (found === null) return null;
    return this.idIn(found) ?? this.fail(places.join(' or '));
  }

  /** @throws UnreadableEvent */
  requireIdAt(place: string): string {
    return this.idIn(this.valueAt(place)) ?? this.fail(place);
  }

  /** The id that stood there before the event; null where there was none, or where it was not changed. */
  previousId(name: string): string | null {
    return this.idIn(valueIn(this.data.previous_attributes, [name])) ?? null;
  }

  /** Undefined where this version has no such place. */
  valueAt(place: string): unknown {
    return valueIn(this.data.object, place.split('.'));
  }

  private idIn(value: unknown): string | undefined {
    const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : value;
    return typeof id === 'string' && ID.test(id) ? id : undefined;
  }

  private fail(missing: string): never {
    throw this.without(missing);
  }

  private without(missing: string): UnreadableEvent {
    return new UnreadableEvent(this.eventType, this.apiVersion, missing);
  }
}

/** Null as soon as one of the steps is null. */
function valueIn(object: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined || object === null) return object;
  if (typeof object !== 'object' || object === undefined || !Object.hasOwn(object, name)) return undefined;
  return valueIn((object as Record<string, unknown>)[name], rest);
}
