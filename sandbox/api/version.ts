/** The API version whose shapes the sandbox speaks: that of the SDK its types are taken from. */
export const apiVersion = '2026-10-28.endive';
