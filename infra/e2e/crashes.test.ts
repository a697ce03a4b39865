import { isLong } from '@logbook/chassis/testing/cases.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ServiceName } from '../run/services.ts'
import { blogOf, eachAtOnce } from './blog.ts'
import { type Logbook, sharedLogbook } from './logbook.ts'

const comments = isLong ? 210 : 30
const killedAfter = comments / 3

let logbook: Logbook
beforeAll(async () => {
  logbook = await sharedLogbook()
})

describe(`while ${comments} comments are posted`, () => {
  it.each<ServiceName>(['event-bus', 'accounts', 'posts', 'comments', 'moderation', 'query', 'gateway'])(
    'kill -9 of %s loses nothing that was answered, doubles nothing, and the view converges',
    async (victim) => {
      const blog = blogOf(logbook)
      const post = await blog.write(`While ${victim} dies`)
      const contents = Array.from(
        { length: comments },
        (_, n) => `${n % 10 === 0 ? 'An orange' : 'A pear'}, number ${n}`,
      )
      let answered = 0
      let revived: Promise<void> | undefined
      const ids = await eachAtOnce(contents, { width: 8 }, async (content) => {
        const id = await blog.commentForSure({ postId: post.id, content })
        if (++answered === killedAfter)
          revived = logbook.kill(victim, 'SIGKILL').then(() => logbook.start(victim))
        return id
      })
      await revived
      const shown = await blog.judged(post.id, comments)
      await blog.settled()

      expect(new Set(ids).size).toBe(comments)
      expect(shown.map(({ id }) => id).sort()).toEqual([...ids].sort())
      expect(shown.filter(({ status }) => status === 'rejected')).toHaveLength(comments / 10)
      expect(
        shown
          .filter(({ content }) => content !== null)
          .map(({ content }) => content)
          .sort(),
      ).toEqual(contents.filter((content) => !content.includes('orange')).sort())
      const log = await blog.log()
      expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1))
      for (const type of ['CommentCreated', 'CommentModerated', 'CommentUpdated']) {
        const about = log
          .filter((event) => event.type === type)
          .map(({ data }) => data as { id: string; postId: string })
          .filter(({ postId }) => postId === post.id)
        expect(about.map(({ id }) => id).sort(), type).toEqual([...ids].sort())
      }
    },
  )
})
