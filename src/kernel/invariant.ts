/** A state that the program itself promised could not happen. Answered as an opaque 500; the log has the message. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/** A message that is put together is made only when it is needed: some are asked ten times a spend. */
export function invariant(condition: unknown, message: string | (() => string)): asserts condition {
  if (!condition) throw new InvariantViolation(typeof message === 'string' ? message : message());
}
