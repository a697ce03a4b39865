/** The public addresses of the blog. */
export const addressesBelow = (publicUrl: string) => ({
  home: `${publicUrl}/`,
  /** A path with its slash, and perhaps a query and a fragment. */
  path: (path: string) => `${publicUrl}${path}`,
  post: (slug: string) => `${publicUrl}/posts/${encodeURIComponent(slug)}`,
  /** The comment's id is in the query too: the fragment is not sent to servers, and the comment may be on any page of the thread. */
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

/** Query parameters that select a part, a time or an action of a page. */
const variants = ['asOf', 'comment', 'comments', 'delete', 'edit', 'from', 'replies', 'reply', 'sort']

/** The text of robots.txt: each page of the blog once, and none of the pages for writing. */
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
