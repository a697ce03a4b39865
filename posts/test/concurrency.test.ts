import type { Bus } from '@logbook/chassis/log/bus.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { appendForeign } from '@logbook/chassis/testing/test-log.ts'
import { slugSubject } from '@logbook/contracts/events/posts.ts'
import { describe, expect, it } from 'vitest'
import { bootPosts } from './boot.ts'

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => (index === 0 ? 'one' : `one-${index + 1}`))

const counting = (bus: Bus) => {
  let appends = 0
  const counted: Bus = {
    ...bus,
    append(events) {
      appends++
      return bus.append(events)
    },
  }
  return { bus: counted, appends: () => appends }
}

describe('posts of one title', () => {
  it('a hundred posts of one title at once get different slugs', async () => {
    const { bus, appends } = counting(busOver(memoryLog()))
    const { http } = await bootPosts({ bus })
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => http.post('/posts').send({ title: 'One' })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(201))
    expect(answers.map(({ body }) => body.slug).sort()).toEqual(numbered(100).sort())
    expect(appends()).toBe(100)
  })

  it('two processes over one log give posts of one title different slugs', async () => {
    const bus = busOver(memoryLog())
    const ids = (prefix: string) => {
      let last = 0
      return { next: () => `${prefix}-0000-7000-8000-${String(++last).padStart(12, '0')}` }
    }
    const services = [
      await bootPosts({ bus, ids: ids('00000001') }),
      await bootPosts({ bus, ids: ids('00000002') }),
    ]
    const answers = await Promise.all(
      services.flatMap(({ http }) =>
        Array.from({ length: 20 }, () => http.post('/posts').send({ title: 'One' })),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(201))
    expect(new Set(answers.map(({ body }) => body.slug)).size).toBe(40)
  })

  it('a free slug is found in few steps though the view lacks a thousand that are taken', async () => {
    const inner = busOver(memoryLog())
    for (const slug of numbered(1_000))
      await appendForeign(inner, {
        type: 'SlugReserved',
        subject: slugSubject(slug),
        data: { slug, postId: '01920000-0000-7000-8000-00000000beef' },
      })
    // A bus whose live part is away: the view stays at the beginning.
    const { bus, appends } = counting({
      ...inner,
      async *follow({ signal }) {
        yield { events: [], position: 0, caughtUp: true }
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      },
    })
    const { http } = await bootPosts({ bus })
    const { status, body } = await http.post('/posts').send({ title: 'One' })
    expect(status).toBe(201)
    expect(body.slug).toMatch(/^one-\d{4}$/)
    expect(appends()).toBeLessThan(25)
  })
})
