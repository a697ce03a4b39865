import { blogOf } from '../e2e/blog.ts'
import { startLogbook } from '../e2e/logbook.ts'
import { compare } from './gateway-compare.ts'

const comments = 10
const paragraph = 'The path shows itself *twice a day*, and whoever walks it watches the clock. '

/** Readers who are signed in: each answer is theirs alone, so that nothing is shared, and the gateway knows who they are. */
export const compareSignedIn = async (): Promise<void> => {
  const logbook = await startLogbook({
    services: ['event-bus', 'accounts', 'posts', 'comments', 'moderation', 'query', 'gateway'],
  })
  try {
    const blog = blogOf(logbook)
    const { id, slug } = await blog.write('A post with comments', { content: paragraph.repeat(25) })
    for (let n = 0; n < comments; n++) await blog.commentForSure({ postId: id, content: paragraph.repeat(2) })
    await blog.judged(id, comments)
    const [token, accessToken] = [await logbook.as('reader'), await logbook.directlyAs('reader')]
    await compare(
      { direct: `${logbook.url('query')}/posts/${slug}`, through: `${blog.api}/posts/${slug}` },
      {
        name: 'readers who are signed in',
        distinct: false,
        header: `Authorization: ${accessToken.Authorization}`,
        headerThrough: `Authorization: ${token.Authorization}`,
      },
    )
  } finally {
    await logbook.close()
  }
}
