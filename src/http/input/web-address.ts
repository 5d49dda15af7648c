import { ValidateBy } from 'class-validator';

const MAX_LENGTH = 2_000;

/** Where a browser is sent back to: an absolute http or https address. Stripe fills `{CHECKOUT_SESSION_ID}` in. */
export function IsWebAddress(): PropertyDecorator {
  return ValidateBy({
    name: 'isWebAddress',
    validator: {
      validate: isWebAddress,
      defaultMessage: () =>
        `must be an absolute http or https address of at most ${MAX_LENGTH} characters, without a user and a password`,
    },
  });
}

function isWebAddress(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > MAX_LENGTH || /[\s\\]/.test(value)) return false;
  const url = URL.parse(value);
  return (
    url !== null &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.hostname !== '' &&
    !holdsCredentials(url)
  );
}

/** Whoever is sent there would be sent the password with it, and so would Stripe and every log on the way. */
function holdsCredentials({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}
