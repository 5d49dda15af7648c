import type { Books } from './books.js';
import type { Service } from './service.js';

/** One of the designs that are compared: its database and its service, where it has them. */
export interface Side {
  readonly name: string;
  /** Which of several processes or databases of that design this is, for readers. */
  readonly description: string;
  /** Of its database. */
  readonly url?: string;
  readonly service?: Service;
  /** The key that its service is called with, where it wants one. */
  readonly key?: string;
  /** Absent where nothing is spent. */
  readonly books?: Books;
}
