import { type StoredEntitlement, standingAt } from '../../src/entitlements/entitlement.js';
import { upgradeUrlOf } from '../../src/entitlements/upgrade-url.js';

const now = new Date('2026-12-01T12:00:00.000Z');
const later = new Date('2026-12-02T12:00:00.000Z');
const latest = new Date('2026-12-03T12:00:00.000Z');
const earlier = new Date('2026-11-30T12:00:00.000Z');

const stored = (id: string, given: Partial<StoredEntitlement> = {}): StoredEntitlement => ({
  feature: 'history',
  active: true,
  expiresAt: null,
  closedAt: null,
  source: { type: 'order', id },
  ...given,
});
const closed = (id: string, closedAt: Date) => stored(id, { active: false, closedAt });
const best = (...sources: StoredEntitlement[]) => {
  const [standing] = standingAt(sources, now);
  return [standing?.source.id, standing?.active, standing?.expiresAt];
};

it('looks at the clock, whatever was written down', () => {
  expect(best(stored('a', { expiresAt: later }))).toEqual(['a', true, later]);
  expect(best(stored('a', { expiresAt: now }))).toEqual(['a', false, now]);
  expect(best(stored('a', { expiresAt: earlier }))).toEqual(['a', false, earlier]);
});

it('names the source that lasts longest, and of those that are over the last', () => {
  expect(best(stored('a', { expiresAt: later }), stored('b', { expiresAt: latest }))).toEqual(['b', true, latest]);
  expect(best(stored('a', { expiresAt: latest }), stored('b'))).toEqual(['b', true, null]);
  expect(best(closed('a', latest), stored('b', { expiresAt: later }))).toEqual(['b', true, later]);
  expect(best(closed('a', earlier), closed('b', now))).toEqual(['b', false, now]);
});

it('tells features apart', () => {
  const standing = standingAt([stored('a'), stored('b', { feature: 'export' }), closed('c', now)], now);
  expect(standing.map(({ feature }) => feature).sort()).toEqual(['export', 'history']);
});

it('sends to the page of the app, or to the one of ours', () => {
  const asked = { accountId: 'ada@example', feature: 'history' };
  const publicUrl = 'https://credits.example';
  expect(upgradeUrlOf({ upgradeUrl: undefined, publicUrl }, asked)).toBe(
    'https://credits.example/plans?feature=history',
  );
  expect(upgradeUrlOf({ upgradeUrl: 'https://app.example/pricing?from=scrip', publicUrl }, asked)).toBe(
    'https://app.example/pricing?from=scrip&feature=history&accountId=ada%40example',
  );
});
