import type Stripe from 'stripe';
import { ApiError } from './errors.js';

type Version = Stripe.WebhookEndpointCreateParams.ApiVersion;

/** The API version whose shapes the sandbox speaks: that of the SDK its types are taken from. */
export const apiVersion = '2026-10-28.endive' satisfies Version;

/**
 * What a call may ask for and is answered in the spoken version all the same: what Stripe has published since
 * 2020-08-27, as far as the SDK's own types name it (`WebhookEndpointCreateParams.ApiVersion`), up to the spoken one.
 */
export const publishedVersions: readonly Version[] = [
  '2020-08-27',
  '2022-08-01',
  '2022-11-15',
  '2023-08-16',
  '2023-10-16',
  '2024-04-10',
  '2024-06-20',
  '2024-09-30.acacia',
  '2024-10-28.acacia',
  '2024-11-20.acacia',
  '2024-12-18.acacia',
  '2025-01-27.acacia',
  '2025-02-24.acacia',
  '2025-03-01.dashboard',
  '2025-03-31.basil',
  '2025-04-30.basil',
  '2025-05-28.basil',
  '2025-06-30.basil',
  '2025-07-30.basil',
  '2025-08-27.basil',
  '2025-09-30.clover',
  '2025-10-29.clover',
  '2025-11-17.clover',
  '2025-12-15.clover',
  '2026-01-28.clover',
  '2026-02-25.clover',
  '2026-03-25.dahlia',
  '2026-04-22.dahlia',
  '2026-05-27.dahlia',
  '2026-06-24.dahlia',
  '2026-07-29.dahlia',
  '2026-08-26.dahlia',
  '2026-09-30.endive',
  apiVersion,
];

/** What a caller of another version has to know when the sandbox refuses a name that this version does not have. */
export const spokenVersion = `This sandbox speaks API version ${apiVersion}, whichever was asked for.`;

/** Refuses a version that never was, or that is too old for its callers to be understood. */
export function checkVersion(asked: string | undefined): void {
  if (asked === undefined || publishedVersions.some((version) => version === asked)) return;
  throw new ApiError(400, {
    type: 'invalid_request_error',
    message:
      `Invalid Stripe API version: ${asked.slice(0, 100)}. ${spokenVersion} It answers to those that Stripe has ` +
      `published since ${publishedVersions[0]}.`,
  });
}
