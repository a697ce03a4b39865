import type { Renderer } from '@logbook/markdown/threads/renderer.ts'
import { limits } from '../limits.ts'
import type { ListedRow } from '../projections/post-rows.ts'

export interface PostWithExcerpt {
  row: ListedRow
  /** Plain text: what its author wrote for it, else how the post begins. */
  excerpt: string
}

const keyOf = ({ id, version }: ListedRow): string => `${id} ${version}`

/**
 * Calls `make` with the posts that `list` reads now and their excerpts, which are taken in another thread. What the view
 * learns meanwhile is read again first, so `make` must not wait for anything.
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
