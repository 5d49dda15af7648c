import type { Work } from '../store/work.js';

/** A call whose parameters have been checked. */
export interface Call<Params> {
  work: Work;
  params: Params;
  /** What stands for `:id` in the path, or empty. */
  id: string;
}

/** An endpoint such as `POST /v1/customers/:id`, named as in `params/offered`. */
export interface Route {
  endpoint: string;
  run(call: Call<unknown>): Promise<object>;
}

/**
 * How a field is filled in on request: from the id that stands there, or by a function from what it belongs to. That
 * may be a part of an object, and the function gets the object as well.
 */
export type Expansion = 'by id' | ((work: Work, shown: never, whole: never) => Promise<unknown>);

/** Something the sandbox does later by itself, in a transaction of its own, about the subject that was named. */
export type Job = (work: Work, subjectId: string) => Promise<void>;

/**
 * All there is to one kind of object. A new kind is a new file with one of these, and a line in `resources/index.ts`.
 */
export interface Resource {
  routes: Route[];
  /** By the name in the object's `object` field, with a dot and a field for a part of it; then by field. */
  expansions?: Record<string, Record<string, Expansion>>;
  jobs?: Record<string, Job>;
}

/** Binds an endpoint to its handler; the caller vouches that `Params` is the type named in `params/offered`. */
export const route = <Params>(endpoint: string, run: (call: Call<Params>) => Promise<object>): Route => ({
  endpoint,
  run: (call) => run(call as Call<Params>),
});
