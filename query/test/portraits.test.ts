import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { examplePostId, postCreated } from '@logbook/contracts/examples/posts.ts'
import { userPictured } from '@logbook/contracts/examples/users.ts'
import { describe, expect, it } from 'vitest'
import { booted, idOf } from './booted.ts'

const [ada, ben] = [idOf(77), idOf(78)]
const pictureOf = (n: number) => `/api/media/${idOf(n)}/w640.jpg#640x640@50,30`
const chosen = (id: string, picture: string | null) =>
  userPictured({ id, picture }, { subject: `user-${id}` })

describe('the picture of a person', () => {
  it('posts and published comments show the picture of their author, from its choice to its withdrawal', async () => {
    const waiting = { id: idOf(2), authorId: ben }
    const { http, publishAndSettle, store } = await booted(
      postCreated({ authorId: ada, authorName: 'Ada' }),
      commentCreated({ id: idOf(1), authorId: ben }),
      commentUpdated({ id: idOf(1), authorId: ben }),
      commentCreated({ id: idOf(3), authorId: ada }),
      commentUpdated({ id: idOf(3), authorId: ada }),
      commentCreated({ ...waiting, parentId: idOf(1) }),
    )
    const page = `/posts/${examplePostId}`
    const shown = async (query = '') => {
      const { body } = await http.get(`${page}${query}`)
      const comments = body.comments as { id: string; authorPicture?: string }[]
      const [{ authorPicture: listed }] = (await http.get(`/posts${query}`)).body
      const of = (n: number) => comments.find(({ id }) => id === idOf(n))?.authorPicture
      return { post: body.authorPicture, listed, ben: of(1), ada: of(3), waiting: of(2) }
    }
    const nothing = { post: null, listed: null, ben: undefined, ada: undefined, waiting: undefined }
    expect(await shown()).toEqual(nothing)
    const { headers } = await http.get(page)
    await publishAndSettle(chosen(ada, pictureOf(7)), chosen(ben, pictureOf(8)))
    expect(await shown()).toEqual({
      ...nothing,
      ...{ post: pictureOf(7), listed: pictureOf(7) },
      ...{ ben: pictureOf(8), ada: pictureOf(7) },
    })
    const since = await http.get('/validity').query({ since: headers['view-state'] })
    expect(since.body.changed, 'gateways forget what they keep').toBeNull()
    // A picture that was withdrawn is not shown of the past either.
    const position = store.head()
    await publishAndSettle(chosen(ada, null), chosen(ben, pictureOf(9)))
    expect(await shown()).toEqual({ ...nothing, ben: pictureOf(9) })
    expect(await shown(`?asOf=${position}`)).toEqual(nothing)
  })

  it('drops the cached pages that show it, and no others where its person wrote no post', async () => {
    const other = idOf(500)
    const { http, publishAndSettle } = await booted(
      postCreated({ authorId: ada, authorName: 'Ada' }),
      postCreated({ id: other, slug: 'another', authorId: ada }, { subject: `post-${other}` }),
      commentCreated({ id: idOf(1), authorId: ben }),
      commentUpdated({ id: idOf(1), authorId: ben }),
    )
    const changedBy = async (...events: Parameters<typeof publishAndSettle>) => {
      const { headers } = await http.get(`/posts/${examplePostId}`)
      await publishAndSettle(...events)
      const { body } = await http.get('/validity').query({ since: headers['view-state'] })
      return body.changed?.map(([tag]: [string]) => tag) ?? null
    }
    expect(await changedBy(chosen(ben, pictureOf(8)))).toEqual([`post-${examplePostId}`])
    expect((await http.get(`/posts/${examplePostId}`)).body.comments[0].authorPicture).toBe(pictureOf(8))
    expect(await changedBy(chosen(idOf(79), pictureOf(9)))).toEqual([])
    expect(await changedBy(chosen(ben, null))).toEqual([`post-${examplePostId}`])
    expect(await changedBy(chosen(ada, pictureOf(7)))).toBeNull()
  })
})
