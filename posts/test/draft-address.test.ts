import { allEvents } from '@logbook/chassis/testing/test-log.ts'
import { describe, expect, it } from 'vitest'
import { bootPosts } from './boot.ts'

type Http = Awaited<ReturnType<typeof bootPosts>>['http']
const draft = async (http: Http, body: object) =>
  (
    await http
      .post('/posts')
      .send({ title: 'Untitled', content: 'x', status: 'draft', ...body })
      .expect(201)
  ).body
const rename = (http: Http, id: string, body: object) => http.patch(`/posts/${id}`).send(body).expect(200)
const publish = async (http: Http, id: string) => (await http.post(`/posts/${id}/publish`).expect(200)).body

describe('the address of a draft', () => {
  it('the title at the first publication makes the address of a draft', async () => {
    const { http, bus } = await bootPosts()
    const { id, slug } = await draft(http, {})
    expect(slug).toBe('untitled')
    // The composer sends the address that it was given with each save.
    await rename(http, id, { title: 'How I moved house', slug: 'untitled' })
    expect(await publish(http, id)).toMatchObject({ slug: 'how-i-moved-house', status: 'published' })
    const types = (await allEvents(bus)).slice(-5).map(({ type }) => type)
    expect(types).toEqual(['PostEdited', 'PostUpdated', 'PostPublished', 'PostUpdated', 'SlugReserved'])
    // Once it was read, it stays.
    await rename(http, id, { title: 'Another title' })
    await http.post(`/posts/${id}/unpublish`).expect(200)
    expect(await publish(http, id)).toMatchObject({ slug: 'how-i-moved-house' })
  })

  it('the address of a published draft gets a number where another post has it, or had the first one', async () => {
    const { http } = await bootPosts()
    await draft(http, { title: 'How I moved house', status: 'published' })
    await draft(http, {})
    const { id, slug } = await draft(http, {})
    expect(slug).toBe('untitled-2')
    await rename(http, id, { title: 'How I moved house' })
    expect(await publish(http, id)).toMatchObject({ slug: 'how-i-moved-house-2' })
  })

  it.each([
    ['chosen at first', { slug: 'my-move' }, {}, 'my-move'],
    ['chosen later', {}, { slug: 'my-move' }, 'my-move'],
    ['of the same words', { title: 'Moved house' }, { title: 'Moved house!' }, 'moved-house'],
  ])('the address of a draft stays the same %s', async (_name, first, later, slug) => {
    const { http } = await bootPosts()
    const { id } = await draft(http, first)
    await rename(http, id, { title: 'How I moved house', ...later })
    expect(await publish(http, id)).toMatchObject({ slug })
  })

  it('two publications at once, and a retry, lead to the same address', async () => {
    const { http } = await bootPosts()
    const { id } = await draft(http, {})
    await rename(http, id, { title: 'How I moved house' })
    const again = () => http.post(`/posts/${id}/publish`).set('Idempotency-Key', 'once')
    const answers = await Promise.all([publish(http, id), again(), again()])
    expect(answers.map((each) => ('body' in each ? each.body.slug : each.slug))).toEqual([
      'how-i-moved-house',
      'how-i-moved-house',
      'how-i-moved-house',
    ])
  })
})
