import { draftUpdated, postCreated, postUpdated } from '@logbook/contracts/examples/posts.ts'
import { describe, expect, it } from 'vitest'
import { bootQuery, logbook } from './booted.ts'

const idOf = (n: number) => `01920000-0000-7000-8000-00000000000${n}`

describe('a former address', () => {
  it('a former address leads to the first post that had it, in every spelling, while it is readable', async () => {
    const log = logbook()
    await log.publish(
      postCreated({ id: idOf(1), slug: 'one', formerAddresses: ['/2015/03/One.html', '/h%C3%A9ron/'] }),
      postCreated({ id: idOf(2), slug: 'two', formerAddresses: ['/2015/03/one/', '/?p=2', '/blog/?p=2'] }),
      postCreated({ id: idOf(3), slug: 'three', formerAddresses: ['/three'] }),
    )
    const { http, settled } = bootQuery({ bus: log.bus })
    await settled(log.store.head)
    const at = async (path: string) => {
      const { status, body } = await http.get(`/former-addresses?${new URLSearchParams({ path })}`)
      return status === 200 ? body.slug : status
    }
    for (const path of ['/2015/03/one', '/2015/03/ONE/', '/2015/03/one/index.html', '/2015/03/one.htm'])
      expect(await at(path), path).toBe('one')
    expect(await at('/héron')).toBe('one')
    for (const path of ['/?p=2', '/index.html?page_id=2', '/?utm=a&p=2#part', '/blog?p=2'])
      expect(await at(path), path).toBe('two')
    for (const path of ['/', '/?p=3', '/?p=2x', '/?up=2', '/2015/?p=2'])
      expect(await at(path), path).toBe(404)
    expect(await at('/2015/03')).toBe(404)
    expect(await at('')).toBe(422)
    await log.publish(
      draftUpdated({ id: idOf(3), slug: 'three', formerAddresses: ['/three'] }, { version: 2 }),
      postUpdated({ id: idOf(1), slug: 'renamed', formerAddresses: ['/2015/03/One.html'] }, { version: 2 }),
    )
    await settled(log.store.head)
    expect([await at('/three'), await at('/2015/03/one')]).toEqual([404, 'renamed'])
  })
})
