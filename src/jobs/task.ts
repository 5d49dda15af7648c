/** A kind of background job. The payload's type is known to whoever adds one and to whoever runs it. */
export interface Task<Payload extends object> {
  readonly name: string;
  /** Never set: it only carries the type. */
  readonly payload?: Payload;
}

/** Names a kind of job. The room that runs it defines it, and registers what to do at start. */
export function defineTask<Payload extends object>(name: string): Task<Payload> {
  return { name };
}
