/** A post as its author types it. */
export interface Draft {
  title: string
  content: string
  /** As typed, with commas between. */
  tags: string
  excerpt: string
  /** Where it stands below `/posts/`, as typed; empty for what its title makes, or for what it is already. */
  slug: string
}

/** What a save leads to. `version` is what the next save has to build on. */
export type Saved =
  | { kind: 'saved'; id: string; version: number; status: 'draft' | 'published'; slug: string; draft: Draft }
  | { kind: 'refused'; problem: string; draft: Draft }
  | { kind: 'clash'; version: number; theirs: Draft; draft: Draft }

export const emptyDraft: Draft = { title: '', content: '', tags: '', excerpt: '', slug: '' }

export const isSameDraft = (one: Draft, other: Draft): boolean =>
  one.title === other.title &&
  one.content === other.content &&
  one.tags === other.tags &&
  one.excerpt === other.excerpt &&
  one.slug === other.slug

/** `birds, marsh` as a list, without empty and repeated ones. */
export const tagsOf = (typed: string): string[] => [
  ...new Set(
    typed
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
]

/** `Plain paper, twice` as the words of an address. */
const slugOf = (typed: string): string =>
  typed
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')

interface Written {
  title: string
  content: string
  tags: readonly string[]
  excerpt: string | null
  slug?: string
}

export const draftOf = ({ title, content, tags, excerpt, slug = '' }: Written): Draft => ({
  title,
  content,
  tags: tags.join(', '),
  excerpt: excerpt ?? '',
  slug,
})

/** What a service takes for it. */
export const writtenOf = ({ title, content, tags, excerpt, slug }: Draft): Written => ({
  title: title.trim(),
  content,
  tags: tagsOf(tags),
  excerpt: excerpt.trim() === '' ? null : excerpt.trim(),
  ...(slugOf(slug) === '' ? {} : { slug: slugOf(slug) }),
})
