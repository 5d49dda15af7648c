const WITHHELD = '[withheld]';

/**
 * An event's payload as it may be shown: without what somebody could act with who may only look. That is the secret
 * that a payment is made with or a card is saved with, and the address of a portal, which lets anybody in.
 */
export function withoutSecrets(payload: unknown): unknown {
  if (Array.isArray(payload)) return payload.map(withoutSecrets);
  if (typeof payload !== 'object' || payload === null) return payload;
  const isPortal = 'object' in payload && payload.object === 'billing_portal.session';
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => {
      const isSecret = name === 'client_secret' || (isPortal && name === 'url');
      return [name, isSecret && typeof value === 'string' ? WITHHELD : withoutSecrets(value)];
    }),
  );
}
