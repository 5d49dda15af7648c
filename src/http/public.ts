import { SetMetadata } from '@nestjs/common';

export const IS_PUBLIC = 'scrip:public';

/** The route answers without a key. */
export function Public(): ClassDecorator & MethodDecorator {
  return SetMetadata(IS_PUBLIC, true);
}
