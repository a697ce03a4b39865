import { renderComment } from '@logbook/markdown/comment.ts'
import { type Heading, renderPost } from '@logbook/markdown/post.ts'
import { LRUCache } from 'lru-cache'

interface RenderedPost {
  html: string
  headings: Heading[]
}

const postCharsMax = 32_000_000
const commentCharsMax = 16_000_000

/** HTML made from Markdown, kept as long as there is room: the same version of a text is never rendered twice in a row. */
export const createRendered = () => {
  const posts = new LRUCache<string, RenderedPost>({
    maxSize: postCharsMax,
    sizeCalculation: ({ html }) => html.length + 1,
  })
  const comments = new LRUCache<string, string>({
    maxSize: commentCharsMax,
    sizeCalculation: (html) => html.length + 1,
  })
  return {
    post({ id, version, content }: { id: string; version: number; content: string }): RenderedPost {
      const key = `${id}:${version}`
      const rendered = posts.get(key) ?? renderPost(content)
      posts.set(key, rendered)
      return rendered
    },
    comment({ id, revision, content }: { id: string; revision: number; content: string }): string {
      const key = `${id}:${revision}`
      const html = comments.get(key) ?? renderComment(content)
      comments.set(key, html)
      return html
    },
  }
}
export type Rendered = ReturnType<typeof createRendered>
