import { describe, expect, it } from 'vitest'
import { allFiles, read } from './sources.ts'
import { oddWordsIn } from './words.ts'

describe('prose', () => {
  it('pages, comments in code and titles of tests use none of the odd words', () => {
    // This file has odd words on purpose.
    const pages = allFiles.filter(
      (path) => /\.(?:md|ts|tsx)$/.test(path) && !path.endsWith('house/words.test.ts'),
    )
    const found = pages.flatMap((path) => {
      const odd = oddWordsIn(path, read(path))
      return odd.length > 0 ? [`${path}: ${[...new Set(odd)].join(', ')}`] : []
    })
    expect(found).toEqual([])
  })

  it('an odd word is noticed in a page, in each form of comment and in a title, and is allowed in code', () => {
    expect(oddWordsIn('page.md', 'Whoever reads `nobody` is\n```\nlest\n```\nasked anew.')).toEqual([
      'whoever',
      'anew',
    ])
    const code =
      "// for whom\n/** Lest it ends. */\nconst kind = 'nobody'\nit('takes nobody along', () => {})\n"
    expect(oddWordsIn('a.ts', code)).toEqual(['whom', 'lest'])
    expect(oddWordsIn('a.test.ts', code)).toEqual(['whom', 'lest', 'nobody'])
    expect(oddWordsIn('a.ts', "/** The caller kind 'nobody' is allowed. */")).toEqual([])
  })
})
