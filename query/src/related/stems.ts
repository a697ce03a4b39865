import { roomFor } from '@logbook/chassis/cache-room.ts'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { LRUCache } from 'lru-cache'
import { limits } from '../limits.ts'
import { tokenizer } from '../search/terms.ts'
import { withBounds } from '../search/word-bounds.ts'

const tables = `
  CREATE VIRTUAL TABLE word USING fts5(text, tokenize = "${tokenizer}");
  CREATE VIRTUAL TABLE stem USING fts5vocab(word, instance);
`

export type Stems = ReturnType<typeof createStems>

/** The terms of words, as the search index has them: in lower case, without accents and endings. */
export const createStems = () => {
  const db = openDatabase({ file: ':memory:', migrations: [tables], durability: 'normal' })
  const add = db.prepare<[number, string]>('INSERT INTO word (rowid, text) VALUES (?, ?)')
  const read = db.prepare<[], { doc: number; term: string }>(
    'SELECT doc, term FROM stem ORDER BY doc, "offset"',
  )
  const known = new LRUCache<string, string>(roomFor(limits.stemsMax))

  const learn = (words: readonly string[]): Map<string, string> => {
    const found = new Map<string, string>()
    db.exec('BEGIN')
    try {
      for (const [n, word] of words.entries()) add.run(n, withBounds(word))
      for (const { doc, term } of read.all()) {
        const word = words[doc] ?? ''
        const begun = found.get(word)
        found.set(word, begun === undefined ? term : `${begun} ${term}`)
      }
    } finally {
      db.exec('ROLLBACK')
    }
    return found
  }

  return {
    /** The term of each word, in order. Several tokens make one term, with spaces between; what has no token is an empty one. */
    of(words: readonly string[]): string[] {
      const fresh = learn([...new Set(words.filter((word) => !known.has(word)))])
      for (const [word, term] of fresh) known.set(word, term)
      return words.map((word) => fresh.get(word) ?? known.get(word) ?? '')
    },
    close: (): void => void db.close(),
  }
}
