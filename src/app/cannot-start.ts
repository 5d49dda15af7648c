/** Something outside the service is in the way. The message says what to do. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}
