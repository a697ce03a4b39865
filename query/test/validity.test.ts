import { parseViewState } from '@logbook/contracts/http/validity.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { createPageCache } from '../src/pages/cache.ts'

describe('the validity of cached answers', () => {
  it('the validity since a state names the tags of changed posts and the tag of lists', () => {
    const cache = createPageCache()
    const since = cache.state()
    expect(cache.validity(since)).toEqual({ state: since, changed: [] })
    cache.invalidate('a')
    const between = cache.state()
    cache.invalidate('b')
    cache.invalidate('a')
    const [first = 0] = [parseViewState(since)?.changes]
    expect(cache.validity(since)).toEqual({
      state: cache.state(),
      changed: [
        ['post-a', first + 3],
        ['lists', first + 3],
        ['post-b', first + 2],
      ],
    })
    expect(new Map(cache.validity(between).changed).has('post-a')).toBe(true)
    expect(cache.validity(cache.state()).changed).toEqual([])
  })

  it('the validity is unknown for a state of another process, of an earlier generation or from too long ago', () => {
    const cache = createPageCache()
    const since = cache.state()
    cache.clear()
    expect(cache.validity(since).changed).toBeNull()
    expect(cache.validity(createPageCache().state()).changed).toBeNull()
    const present = parseViewState(cache.state())
    expect(cache.validity(`${present?.process}.${present?.generation}.9999`).changed).toBeNull()
    const early = cache.state()
    for (let n = 0; n <= limits.journalEntriesMax; n++) cache.invalidate(`p${n}`)
    expect(cache.validity(early).changed).toBeNull()
    expect(cache.validity('no state').changed).toBeNull()
  })

  it('the validity never omits a change, for any sequence of changes', () => {
    const change = fc.oneof(fc.constantFrom('a', 'b', 'c', 'd'), fc.constant(null))
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), fc.nat(39), (changes, from) => {
        const cache = createPageCache()
        const states = changes.map((each) => {
          const state = cache.state()
          if (each === null) cache.clear()
          else cache.invalidate(each)
          return state
        })
        const since = states[from] ?? cache.state()
        const missed = states[from] === undefined ? [] : changes.slice(from)
        const { changed } = cache.validity(since)
        const tags = changed && new Set(changed.map(([tag]) => tag))
        const expected = new Set(missed.flatMap((id) => [`post-${id}`, 'lists']))
        expect(tags).toEqual(missed.includes(null) ? null : expected)
      }),
    )
  })
})
