import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import type { TextPart } from '@logbook/contracts/http/search.ts'
import { limits } from '../limits.ts'
import type { Words } from './documents.ts'
import { marks } from './rank.ts'
import { tokenizer } from './terms.ts'
import { withoutBounds } from './word-bounds.ts'

const tables = `CREATE VIRTUAL TABLE text USING fts5(title, tags, body, tokenize = "${tokenizer}");`

/** `a \ue000hit\ue001 b` as parts. */
const partsOf = (text: string): TextPart[] =>
  withoutBounds(text)
    .split(marks[0])
    .flatMap((piece, index): TextPart[] => {
      if (index === 0) return [{ text: piece, marked: false }]
      const [hit = '', rest = ''] = piece.split(marks[1])
      return [
        { text: hit, marked: true },
        { text: rest, marked: false },
      ]
    })
    .filter(({ text }) => text !== '')

export interface Marked {
  title: TextPart[]
  snippet: TextPart[]
}

/**
 * Marks the hits in the texts of one page. These are matched again in a small index in memory, because the large one would count each
 * word in all texts.
 */
export const createSnippets = () => {
  const db = openDatabase({ file: ':memory:', migrations: [tables], durability: 'normal' })
  const add = db.prepare<[number, string, string, string]>(
    'INSERT INTO text (rowid, title, tags, body) VALUES (?, ?, ?, ?)',
  )
  const marked = db.prepare<
    [string, string, string, string, string, number, string],
    { n: number; title: string; body: string }
  >(
    `SELECT rowid AS n, highlight(text, 0, ?, ?) AS title, snippet(text, 2, ?, ?, ?, ?) AS body
     FROM text WHERE text MATCH ?`,
  )
  const [begin, end] = marks
  return {
    /** One entry per text, in order; undefined if it does not match the FTS5 expression. */
    of(match: string, texts: readonly Words[]): (Marked | undefined)[] {
      db.exec('BEGIN')
      try {
        for (const [n, { title, tags, body }] of texts.entries()) add.run(n, title, tags, body)
        const all = marked.all(begin, end, begin, end, '…', limits.snippetWordsMax, match)
        const byN = new Map(
          all.map(({ n, title, body }) => [n, { title: partsOf(title), snippet: partsOf(body) }]),
        )
        return texts.map((_, n) => byN.get(n))
      } finally {
        // No text stays in memory.
        db.exec('ROLLBACK')
      }
    },
    close: (): void => void db.close(),
  }
}
