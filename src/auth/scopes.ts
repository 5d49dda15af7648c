/** What a key may do. `read` is every GET; `admin` is everything. */
export const SCOPES = ['read', 'spend', 'sell', 'admin'] as const;

export type Scope = (typeof SCOPES)[number];

export function allows(held: readonly Scope[], required: Scope): boolean {
  return held.includes(required) || held.includes('admin');
}
