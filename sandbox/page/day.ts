/** `Nov 28, 2026` */
export const dayOf = (seconds: number): string =>
  new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(seconds * 1000));
