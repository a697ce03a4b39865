import { describe, expect, it } from 'vitest'
import { allFiles, read } from './sources.ts'

describe.each(['docs/pitfalls.md', 'docs/attacks.md'])('%s', (table) => {
  const text = read(table)
  const rows = [...text.matchAll(/^\|(.*)\| `([^`]+\.test\.ts)`: (.+) \|$/gm)]

  it('a table of pitfalls or attacks names tests that exist, under their titles', () => {
    expect(rows.length).toBeGreaterThan(17)
    const missing = rows.filter(([, , path = '', title = '']) => {
      const code = allFiles.includes(path) ? read(path) : ''
      // A title may go on with why it is skipped.
      return ![`'${title}'`, `\`${title}`].some((quoted) => code.includes(quoted))
    })
    expect(missing.map(([, , path, title]) => `${path}: ${title}`)).toEqual([])
    const lines = text.match(/^\| /gm) ?? []
    // All but the heads of the columns.
    expect(lines).toHaveLength(rows.length + 1)
  })
})
