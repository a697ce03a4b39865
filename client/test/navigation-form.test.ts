import { bounds } from '@logbook/contracts/bounds.ts'
import { putSettings } from '@logbook/contracts/http/settings.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  editEntries,
  entriesIn,
  unlinked,
  valuesWith,
  writtenIn,
} from '../app/features/settings/navigation-form.ts'

const page = (slug: string, title = slug) => ({ title, address: `/posts/${slug}` })
const entry = (address: string) => ({ label: 'A', address })
const entries = fc.array(fc.record({ label: fc.string(), address: fc.string() }), { maxLength: 35 })

describe('the links of the header in their form', () => {
  it('the form names the pages that no header link leads to, in any spelling of the address', () => {
    const pages = [page('about'), page('über-uns'), page('contact'), page('left')]
    const linked = [
      '/posts/about#top',
      '/posts/%C3%BCber-uns',
      '/posts/contact?a=1',
      'https://b.example/posts/left',
      '//left',
      'left',
      '',
    ]
    expect(unlinked(pages, linked.map(entry))).toEqual([page('left')])
  })

  it('header links come back from a form as they were entered, in order', () => {
    fc.assert(
      fc.property(entries, (some) => {
        const trimmed = some.map(({ label, address }) => ({ label: label.trim(), address: address.trim() }))
        const values = new Map(Object.entries(valuesWith(new Map([['title', 'T']]), trimmed)))
        expect(values.get('title')).toBe('T')
        expect(entriesIn(values)).toEqual(trimmed)
        expect(writtenIn(values)).toEqual(trimmed.filter(({ label, address }) => label || address))
      }),
    )
  })

  it('moving and removing header links keeps all others', () => {
    const step = fc.tuple(fc.constantFrom('up', 'down', 'remove'), fc.nat({ max: 36 }))
    fc.assert(
      fc.property(entries, step, (some, [what, at]) => {
        const edited = editEntries(some, { intent: `${what}:${at}`, pages: [], picked: '' }) ?? []
        const gone = what === 'remove' && at < some.length ? [some[at]] : []
        expect(new Set([...edited, ...gone])).toEqual(new Set(some))
        expect(edited).toHaveLength(some.length - gone.length)
      }),
    )
  })

  it('header links added for pages are valid settings, and never more than allowed', () => {
    const pages = Array.from({ length: 40 }, (_, index) =>
      page(`p-${index}`, index === 0 ? 'x'.repeat(300) : `${'Long words '.repeat(index)}.`),
    )
    const navigation = editEntries([entry('/')], { intent: 'add-pages', pages, picked: '' })
    expect(navigation).toHaveLength(bounds.navigationEntriesMax)
    expect(putSettings.shape.navigation.safeParse(navigation).success).toBe(true)
    expect(editEntries([], { intent: 'add-page', pages, picked: '/posts/not-there' })).toEqual([])
    expect(editEntries([], { intent: 'save', pages, picked: '' })).toBeUndefined()
  })
})
