import { ValidateBy, type ValidationOptions } from 'class-validator';

const SHAPE = 'postgres://user:password@host:5432/database';

/**
 * An address of Postgres that means what it seems to. A password with a `#` or a `/` that is not percent-encoded ends
 * the host where it begins: parts of it would be taken for a port or a path, and be told in errors.
 */
export function IsPostgresUrl(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isPostgresUrl',
      validator: {
        validate: (value) => typeof value === 'string' && isPostgresUrl(value),
        defaultMessage: (of) =>
          `${of?.property} must be ${SHAPE}, with every # / ? @ : and % of the password percent-encoded (%23 for #)`,
      },
    },
    options,
  );
}

function isPostgresUrl(value: string): boolean {
  if (!/^postgres(ql)?:\/\/\S+$/.test(value)) return false;
  try {
    const { username, password, pathname, search, hash } = new URL(value);
    for (const part of [username, password, pathname]) decodeURIComponent(part);
    return hash === '' && !value.endsWith('#') && !/[@:]/.test(pathname) && !search.includes('@');
  } catch {
    return false;
  }
}
