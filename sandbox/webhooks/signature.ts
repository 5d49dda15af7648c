import { createHmac } from 'node:crypto';

/** The `Stripe-Signature` header: the time, and one `v1` for every secret that is valid at the moment. */
export function signatureHeader(body: string, secrets: string[], seconds: number): string {
  const signatures = secrets.map((secret) => createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex'));
  return [`t=${seconds}`, ...signatures.map((signature) => `v1=${signature}`)].join(',');
}
