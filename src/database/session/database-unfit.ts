/** The database that was given cannot hold the books, or not as it is set. The message says what to do. */
export class DatabaseUnfit extends Error {
  override readonly name = 'DatabaseUnfit';
}
