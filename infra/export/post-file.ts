import type { LivePost } from '@logbook/contracts/events/posts.ts'
import { withFrontMatter } from '@logbook/importer/logbook/front-matter.ts'

/** Where a text of the blog stands in an export: posts by day and slug, as Jekyll has them, drafts and pages by slug. */
const pathOf = (post: LivePost): string => {
  const { status, kind, publishedAt, createdAt } = post
  const name = nameOf(post)
  if (status === 'draft') return `_drafts/${name}.md`
  if (kind === 'page') return `_pages/${name}.md`
  return `_posts/${(publishedAt ?? createdAt).slice(0, 10)}-${name}.md`
}

const nameBytesMax = 150

/** What a text's files are called: its slug, or its id where the slug is too long for the name of a file. */
export const nameOf = ({ slug, id }: Pick<LivePost, 'slug' | 'id'>): string =>
  Buffer.byteLength(slug) > nameBytesMax ? id : slug

/** A post as a Markdown file with front matter, in the words that Jekyll uses where it has one. `place` is its own in the public list, newest first; 0 where it is not in it. */
export const postFile = (post: LivePost, place: number): { path: string; text: string } => {
  const { id, kind, title, slug, excerpt, tags, cover, coverAlt, commentsClosed, authorName } = post
  const fields = {
    ...{ id, kind, title, slug, place, folder: nameOf(post) },
    date: post.publishedAt ?? undefined,
    created: post.createdAt,
    // Where it says nothing, an import takes it that nothing changed since.
    last_modified_at: post.updatedAt === (post.publishedAt ?? post.createdAt) ? undefined : post.updatedAt,
    publish_at: post.publishAt,
    published: post.status === 'published' ? undefined : false,
    author: authorName ?? undefined,
    tags: tags.length > 0 ? tags : undefined,
    excerpt: excerpt ?? undefined,
    image: cover ?? undefined,
    image_alt: coverAlt || undefined,
    comments: commentsClosed ? false : undefined,
    permalink: `/posts/${slug}`,
    redirect_from: post.formerAddresses.length > 0 ? post.formerAddresses : undefined,
  }
  return { path: pathOf(post), text: withFrontMatter(fields, post.content) }
}
