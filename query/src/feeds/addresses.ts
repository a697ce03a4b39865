/** The blog's addresses as the world knows them, below its public one. */
export const addressesBelow = (publicUrl: string) => ({
  home: `${publicUrl}/`,
  post: (slug: string) => `${publicUrl}/posts/${encodeURIComponent(slug)}`,
  /** With the comment's id before the `#` too: servers are not told what comes after it, and it may be on any page of the thread. */
  comment: (slug: string, id: string) =>
    `${publicUrl}/posts/${encodeURIComponent(slug)}?comment=${id}#comment-${id}`,
  tag: (slug: string) => `${publicUrl}/tags/${encodeURIComponent(slug)}`,
  author: (slug: string) => `${publicUrl}/authors/${encodeURIComponent(slug)}`,
  page: (path: string, query: Record<string, string> = {}) => {
    const search = new URLSearchParams(query).toString()
    return `${publicUrl}/${path}${search && `?${search}`}`
  },
})
export type Addresses = ReturnType<typeof addressesBelow>

/** What says in an address which part of a page is shown, of which day, or what is done there. */
const variants = ['asOf', 'comment', 'comments', 'delete', 'edit', 'from', 'replies', 'reply', 'sort']

/** What robots are told: read the blog, each page once, and leave its rooms for writing alone. */
export const robotsText = (addresses: Addresses): string =>
  `User-agent: *
Disallow: /api/
Disallow: /write
Disallow: /drafts
Disallow: /moderation
Disallow: /search?
${variants.flatMap((name) => [`Disallow: /*?${name}=`, `Disallow: /*&${name}=`]).join('\n')}
Sitemap: ${addresses.page('sitemap.xml')}
`
