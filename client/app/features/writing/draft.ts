/** A post as its author types it. */
export interface Draft {
  title: string
  content: string
  /** As typed, with commas between. */
  tags: string
  excerpt: string
}

/** What a save leads to. `version` is what the next save has to build on. */
export type Saved =
  | { kind: 'saved'; id: string; version: number; status: 'draft' | 'published'; slug: string; draft: Draft }
  | { kind: 'refused'; problem: string; draft: Draft }
  | { kind: 'clash'; version: number; theirs: Draft; draft: Draft }

export const emptyDraft: Draft = { title: '', content: '', tags: '', excerpt: '' }

export const isSameDraft = (one: Draft, other: Draft): boolean =>
  one.title === other.title &&
  one.content === other.content &&
  one.tags === other.tags &&
  one.excerpt === other.excerpt

/** `birds, marsh` as a list, without empty and repeated ones. */
export const tagsOf = (typed: string): string[] => [
  ...new Set(
    typed
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
]

interface Written {
  title: string
  content: string
  tags: readonly string[]
  excerpt: string | null
}

export const draftOf = ({ title, content, tags, excerpt }: Written): Draft => ({
  title,
  content,
  tags: tags.join(', '),
  excerpt: excerpt ?? '',
})

/** What a service takes for it. */
export const writtenOf = ({ title, content, tags, excerpt }: Draft): Written => ({
  title: title.trim(),
  content,
  tags: tagsOf(tags),
  excerpt: excerpt.trim() === '' ? null : excerpt.trim(),
})
