/** The blog's addresses as the world knows them, below its public one. */
export const addressesBelow = (publicUrl: string) => ({
  home: `${publicUrl}/`,
  post: (slug: string) => `${publicUrl}/posts/${encodeURIComponent(slug)}`,
  comment: (slug: string, id: string) => `${publicUrl}/posts/${encodeURIComponent(slug)}#comment-${id}`,
  tag: (slug: string) => `${publicUrl}/tags/${encodeURIComponent(slug)}`,
  page: (path: string, query: Record<string, string> = {}) => {
    const search = new URLSearchParams(query).toString()
    return `${publicUrl}/${path}${search && `?${search}`}`
  },
})
export type Addresses = ReturnType<typeof addressesBelow>

/** What robots are told: read the blog, leave its rooms for writing alone. */
export const robotsText = (addresses: Addresses): string =>
  `User-agent: *
Disallow: /api/
Disallow: /write
Disallow: /drafts
Disallow: /moderation
Disallow: /search
Sitemap: ${addresses.page('sitemap.xml')}
`
