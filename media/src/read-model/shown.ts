import type { LivePost } from '@logbook/contracts/events/posts.ts'

/** The address of a variant in Markdown, HTML or a field, relative or with a host name. */
const address =
  /\/media\/([0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})(?![0-9a-f])/gi

/** The ids of the media that a post shows, in its text or as its cover, each once. */
export const mediaShownIn = ({ content, cover }: Pick<LivePost, 'content' | 'cover'>): string[] => {
  const found = new Set<string>()
  for (const text of [content, cover ?? ''])
    if (text.includes('/media/'))
      for (const [, id = ''] of text.matchAll(address)) found.add(id.toLowerCase())
  return [...found]
}
