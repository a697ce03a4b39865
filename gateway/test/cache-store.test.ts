import { cacheTags } from '@logbook/contracts/http/validity.ts'
import { createPageCache } from '@logbook/query/pages/cache.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createStore } from '../src/cache/store.ts'
import { limits } from '../src/limits.ts'

const posts = ['a', 'b', 'c']
const keys = [...posts, 'lists']

const tagOf = (key: string): string => (key === 'lists' ? cacheTags.lists : cacheTags.ofPost(key))

const headOf = ({ key, state, etag = '"1"' }: { key: string; state: string; etag?: string }) => ({
  headers: ['ETag', etag, 'Position', '7', 'X-Other', 'yes'],
  isEventStream: false,
  position: undefined,
  contentLength: 1,
  viewState: state,
  cacheTags: [tagOf(key)],
  buildId: undefined,
  countedView: undefined,
})

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('change' as const), post: fc.constantFrom(...posts) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('change all' as const, 'restart' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('ask' as const), key: fc.constantFrom(...keys) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('answer' as const), nth: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('confirm' as const) }) },
)

/** The view, with what each answer is now. */
const startView = () => {
  let cache = createPageCache()
  const versions = new Map<string, number>()
  const touch = (key: string) => versions.set(key, (versions.get(key) ?? 0) + 1)
  return {
    change(post: string) {
      cache.invalidate(post)
      for (const key of [post, 'lists']) touch(key)
    },
    changeAll() {
      cache.clear()
      keys.forEach(touch)
    },
    restart() {
      cache = createPageCache()
      keys.forEach(touch)
    },
    present: (key: string) => `${key} ${versions.get(key) ?? 0}`,
    state: () => cache.state(),
    validity: (since: string) => cache.validity(since),
  }
}

describe('cache entries', () => {
  it('equal the answer of the present view after each validation, whatever changed and however late an answer came', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const [view, store] = [startView(), createStore()]
        const underWay: { key: string; state: string; text: string }[] = []
        for (const each of [...steps, { kind: 'confirm' as const }]) {
          if (each.kind === 'change') view.change(each.post)
          if (each.kind === 'change all') view.changeAll()
          if (each.kind === 'restart') view.restart()
          if (each.kind === 'ask')
            underWay.push({ key: each.key, state: view.state(), text: view.present(each.key) })
          if (each.kind === 'answer') {
            const [answer] = underWay.splice(each.nth % Math.max(1, underWay.length), 1)
            if (answer)
              store.set(answer.key, { from: 'query', head: headOf(answer), body: Buffer.from(answer.text) })
          }
          const known = store.known()
          if (each.kind !== 'confirm' || known === undefined) continue
          store.apply(view.validity(`${known.process}.${known.generation}.${known.changes}`))
          for (const key of keys) {
            const kept = store.get(key)
            if (kept) expect(kept.body.toString()).toBe(view.present(key))
          }
        }
      }),
    )
  })

  it('have no header that describes the moment when they were made', () => {
    const store = createStore()
    store.set('a', { from: 'query', head: headOf({ key: 'a', state: 'p.1.1' }), body: Buffer.from('a') })
    expect(store.get('a')?.headers).toEqual(['ETag', '"1"', 'X-Other', 'yes'])
  })

  it('stay within the bound of bytes, however many answers are cached', () => {
    const store = createStore()
    const body = Buffer.alloc(limits.sharedBytesMax / 2)
    const count = Math.ceil((limits.cacheBytesMax / body.length) * 1.5)
    for (let n = 0; n < count; n++)
      store.set(`key ${n}`, { from: 'query', head: headOf({ key: 'a', state: 'p.1.1' }), body })
    expect(store.bytes()).toBeLessThanOrEqual(limits.cacheBytesMax)
    expect(store.get(`key ${count - 1}`)).toBeDefined()
  })
})

it('counts what is kept beside an answer for its sake', () => {
  const store = createStore()
  const answer = {
    from: 'client',
    head: headOf({ key: 'a', state: 'p.1.1' }),
    body: Buffer.alloc(10),
  } as const
  store.set('plain', answer)
  const before = store.bytes()
  store.set('other', { ...answer, besideBytes: 5_000 })
  expect(store.bytes() - before).toBe(before + 5_000)
})
