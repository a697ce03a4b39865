import type { Renderer } from '@logbook/markdown/threads/renderer.ts'
import { limits } from '../limits.ts'
import type { ListedRow } from '../projections/post-rows.ts'

export interface PostWithExcerpt {
  row: ListedRow
  /** Plain text: the excerpt by the author, or else the beginning of the post. */
  excerpt: string
}

const keyOf = ({ id, version }: ListedRow): string => `${id} ${version}`

/**
 * Calls `make` with the posts of `list` and their excerpts, which another thread renders. The list is read again after that, so that
 * `make` gets the present posts; it must be synchronous.
 */
export const withExcerpts = async <T>(
  renderer: Renderer,
  list: () => readonly ListedRow[],
  make: (posts: readonly PostWithExcerpt[]) => T,
): Promise<T> => {
  const turn = renderer.turn()
  const known = new Map<string, string>()
  for (;;) {
    const rows = list()
    const missing = rows.filter((row) => row.excerpt === null && !known.has(keyOf(row)))
    if (missing.length === 0)
      return make(rows.map((row) => ({ row, excerpt: row.excerpt ?? known.get(keyOf(row)) ?? '' })))
    await Promise.all(
      missing.map(async (row) => {
        known.set(keyOf(row), await turn.excerpt(row.content, { charsMax: limits.excerptCharsMax }))
      }),
    )
  }
}
