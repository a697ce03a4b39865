/** The host of a link, with its port; null of none. */
export const hostOf = (url: string | null): string | null =>
  url === null ? null : (URL.parse(url)?.host ?? null)
