/** Applies a method decorator of the documentation from within a parameter decorator. */
export function documentOn(target: object, method: string | symbol | undefined, decorator: MethodDecorator): void {
  if (method === undefined) return;
  const descriptor = Object.getOwnPropertyDescriptor(target, method);
  if (descriptor !== undefined) decorator(target, method, descriptor);
}
