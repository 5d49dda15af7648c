/**
 * Where an account is sent that may not use a feature: the app's own page, or Scrip's, which lists what opens it.
 */
export function upgradeUrlOf(
  { upgradeUrl, publicUrl }: { upgradeUrl: string | undefined; publicUrl: string },
  { accountId, feature }: { accountId: string; feature: string },
): string {
  const url = new URL(upgradeUrl ?? `${publicUrl}/plans`);
  url.searchParams.set('feature', feature);
  if (upgradeUrl !== undefined) url.searchParams.set('accountId', accountId);
  return url.href;
}
