import { expect, it } from 'vitest'
import { allFiles, read } from './sources.ts'

const rows = [...read('docs/pitfalls.md').matchAll(/^\|(.*)\| `([^`]+\.test\.ts)`: (.+) \|$/gm)]

it('every pitfall has a test that is there, under the title it is named by', () => {
  expect(rows.length).toBeGreaterThan(17)
  const missing = rows.filter(([, , path = '', title = '']) => {
    const code = allFiles.includes(path) ? read(path) : ''
    // A title may go on with why it is skipped.
    return ![`'${title}'`, `\`${title}`].some((quoted) => code.includes(quoted))
  })
  expect(missing.map(([, , path, title]) => `${path}: ${title}`)).toEqual([])
  const lines = read('docs/pitfalls.md').match(/^\| /gm) ?? []
  // All but the heads of the columns.
  expect(lines).toHaveLength(rows.length + 1)
})
