import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Draft, emptyDraft, tagsOf, tagsTyped } from '../app/features/writing/draft.ts'
import { mergeDrafts, mergeTexts } from '../app/features/writing/merge.ts'

const line = fc.constantFrom('', 'one', 'one two', 'two', '鷺が立つ', 'a  b', '🪶', 'three four five')
const text = fc.array(line, { maxLength: 20 }).map((lines) => lines.join('\n'))

describe('two texts that began as the same one', () => {
  it('two texts merge to what either changed, where the other changed nothing', () => {
    fc.assert(
      fc.property(text, text, (base, changed) => {
        const merged = { text: changed, clashes: 0 }
        expect(mergeTexts({ base, mine: changed, theirs: base })).toEqual(merged)
        expect(mergeTexts({ base, mine: base, theirs: changed })).toEqual(merged)
        expect(mergeTexts({ base, mine: changed, theirs: changed })).toEqual(merged)
      }),
    )
  })

  it('a merge loses no line that either side wrote, wherever it is', () => {
    const places = fc.array(fc.nat(20), { maxLength: 6 })
    fc.assert(
      fc.property(text, places, places, (base, mine, theirs) => {
        const written = (name: string, at: readonly number[]) => {
          const lines = base.split('\n')
          for (const [index, place] of at.entries())
            lines.splice(Math.min(place, lines.length), place % 2, `${name}${index}`)
          return lines.join('\n')
        }
        const merged = mergeTexts({ base, mine: written('mine', mine), theirs: written('theirs', theirs) })
        for (const side of [written('mine', mine), written('theirs', theirs)])
          for (const own of side.match(/(mine|theirs)\d+/g) ?? []) expect(merged.text).toContain(own)
      }),
    )
  })

  it.each([
    {
      changed: 'different lines',
      mine: 'Dawn came\n\nA heron.\n\nNoon.\n',
      theirs: 'Dawn.\n\nA heron.\n\nNoon came\n',
      text: 'Dawn came\n\nA heron.\n\nNoon came\n',
      clashes: 0,
    },
    {
      changed: 'different words of one line',
      mine: 'Dawn.\n\nA grey heron.\n\nNoon.\n',
      theirs: 'Dawn.\n\nA heron!\n\nNoon.\n',
      text: 'Dawn.\n\nA grey heron!\n\nNoon.\n',
      clashes: 0,
    },
    {
      changed: 'the same words',
      mine: 'Dawn.\n\nA crane.\n\nNoon.\n',
      theirs: 'Dawn.\n\nA stork.\n\nNoon.\n',
      text: 'Dawn.\n\nA crane.\n\nA stork.\n\nNoon.\n',
      clashes: 1,
    },
    {
      changed: 'a line that the other took out',
      mine: 'Dawn.\n\nA crane.\n\nNoon.\n',
      theirs: 'Dawn.\n\n\nNoon.\n',
      text: 'Dawn.\n\nA crane.\n\nNoon.\n',
      clashes: 1,
    },
  ])('a merge keeps both texts that were changed in $changed', ({ mine, theirs, text: wanted, clashes }) => {
    const base = 'Dawn.\n\nA heron.\n\nNoon.\n'
    expect(mergeTexts({ base, mine, theirs })).toEqual({ text: wanted, clashes })
  })

  it('a merge keeps what only one side changed of title, tags, excerpt and address, and mine where both did', () => {
    const draft = (part: Partial<Draft>): Draft => ({ ...emptyDraft, title: 'Heron', tags: 'a, b', ...part })
    const merged = mergeDrafts({
      base: draft({}),
      mine: draft({ title: 'My heron', tags: 'a, b, mine', excerpt: 'Mine' }),
      theirs: draft({ title: 'Their heron', tags: 'b, "their, own"', slug: 'theirs' }),
    })
    expect(merged).toEqual({
      draft: draft({ title: 'My heron', tags: 'b, mine, "their, own"', excerpt: 'Mine', slug: 'theirs' }),
      clashes: 1,
    })
  })
})

describe('tags as they are typed', () => {
  it('tags typed with commas and quotes parse to the same list again', () => {
    const tag = fc
      .string({ unit: fc.constantFrom('a', ',', '"', ' ', 'é'), minLength: 1, maxLength: 8 })
      .map((each) => each.trim())
      .filter((each) => each !== '')
    fc.assert(
      fc.property(fc.uniqueArray(tag, { maxLength: 5 }), (tags) => {
        expect(tagsOf(tagsTyped(tags))).toEqual(tags)
      }),
    )
  })

  it.each([
    ['birds, marsh', ['birds', 'marsh']],
    ['"Columbus, Ohio", travel', ['Columbus, Ohio', 'travel']],
    [' , birds,,birds , ', ['birds']],
    ['say "hi", 5" nails', ['say "hi"', '5" nails']],
    ['"never closed, travel', ['"never closed', 'travel']],
  ])('%s', (typed, tags) => {
    expect(tagsOf(typed)).toEqual(tags)
  })
})
