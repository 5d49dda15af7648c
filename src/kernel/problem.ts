/**
 * What the class of a problem says about all its instances: RFC 9457's `type`, `title` and `status`, and the remedy.
 */
export interface ProblemClass {
  readonly type: string;
  readonly status: number;
  readonly title: string;
  /** What the caller can do about it: the text of the page `/problems/<type>`. */
  readonly remedy: string;
  readonly name: string;
  /** The members that it adds to an answer, described for clients. */
  readonly facts?: Readonly<Record<string, FactSchema>>;
  /** Every status that it may have, where its instances differ in that. */
  readonly statuses?: readonly number[];
}

/** What one fact of a problem is: a JSON Schema with a sentence and an example. */
export interface FactSchema {
  readonly type: string | readonly string[];
  readonly description: string;
  readonly examples: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly items?: object;
}

/** A description of every fact of a problem, as its class gives it in `static facts`. */
export type FactsOf<P extends Problem> = { readonly [Fact in keyof P['facts']]-?: FactSchema };

/**
 * A refusal that the caller can understand, answered as `application/problem+json` (RFC 9457). One small class each, in
 * the room that throws it; its facts become members of the answer, so they hold names and numbers, never secrets.
 */
export abstract class Problem extends Error {
  readonly facts: Record<string, unknown> = {};
  /** Answer headers that belong to the problem, such as `Retry-After`. */
  readonly headers: Record<string, string> = {};

  /** One sentence about this very occurrence. */
  abstract get detail(): string;

  override get message(): string {
    return `${this.type}: ${this.detail}`;
  }

  get type(): string {
    return this.class.type;
  }

  get status(): number {
    return this.class.status;
  }

  get title(): string {
    return this.class.title;
  }

  private get class(): ProblemClass {
    return this.constructor as unknown as ProblemClass;
  }
}
