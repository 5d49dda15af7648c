import { ValidateBy } from 'class-validator';

const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;
const MAX_LENGTH = 64;

/** The name of a zone of the IANA's database, such as Europe/Berlin or UTC. */
export function IsTimezone(): PropertyDecorator {
  return ValidateBy({
    name: 'isTimezone',
    validator: { validate: isTimezone, defaultMessage: () => 'must be the name of a time zone, such as Europe/Berlin' },
  });
}

function isTimezone(name: unknown): boolean {
  if (typeof name !== 'string' || name.length > MAX_LENGTH || !ZONE.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
