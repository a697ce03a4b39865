import type { ServerResponse } from 'node:http'
import { Problem } from '@logbook/chassis/problem.ts'
import { publicCommentExample } from '@logbook/contracts/examples/comments.ts'
import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import type { Change } from '@logbook/contracts/http/query.ts'
import { type Asked, type Reply, refusal } from './answering.ts'
import { createFakeAccounts } from './fake-accounts.ts'
import { createFakeComments } from './fake-comments.ts'
import { createFakeGateway, type FakeName } from './fake-gateway.ts'
import { createFakeMedia } from './fake-media.ts'
import { createFakeModeration } from './fake-moderation.ts'
import { createFakeNotifications } from './fake-notifications.ts'
import { createFakePosts } from './fake-posts.ts'
import { createFakeQuery } from './fake-query.ts'
import { createSettings } from './real-settings.ts'
import { idOf, minutesAgo, sampleComments, samplePosts } from './sample-blog.ts'

const orange = 'contains the word “orange”'

/**
 * The services in one process, answering as their contracts say from a small blog in memory, behind one address that
 * does what the gateway does. `down` names services that answer nothing but 503; `verdicts` are given by `judge`.
 */
export const createFakeServices = () => {
  let position = 1000
  const posts = new Map(samplePosts().map((post) => [post.id, post]))
  const comments = new Map(sampleComments().map((comment) => [comment.id, comment]))
  const moderation = createFakeModeration({ move: () => ++position })
  const byKey = new Map<string, Reply>()
  const watchers = new Set<ServerResponse>()
  const told: { at: number; text: string }[] = []
  const down = new Set<string>()
  const asked: Asked[] = []
  /** Comments of the caller, while a test says so. */
  const mine = new Set<string>()
  const votes = new Map<string, 1 | -1>()
  let isByToken = false
  let generation = 1
  const state = () => `fake.${generation}.${position}`

  const tell = (change: Change) => {
    const at = ++position
    if (change.kind !== 'comment') generation++
    const text = `id: ${at}\nevent: ${change.kind}\ndata: ${JSON.stringify(change)}\n\n`
    told.push({ at, text })
    for (const res of watchers) res.write(text)
  }
  const put = (comment: PublicComment) => {
    comments.set(comment.id, comment)
    tell({ kind: 'comment', comment: shown(comment) })
  }
  const shown = (comment: PublicComment): PublicComment =>
    comment.status === 'approved' ? comment : { ...comment, author: null, content: null, reason: null }
  const query = createFakeQuery({
    ...{ state, isByToken: () => isByToken },
    present: () => ({ posts: [...posts.values()], comments: [...comments.values()], position }),
    shown,
    mine,
    votes,
  })

  const postsService = createFakePosts({ posts, tell, move: () => ++position })

  const commentsService = createFakeComments({ posts, comments, put, mine, position: () => position })
  const accounts = createFakeAccounts()
  const media = createFakeMedia()
  const notifications = createFakeNotifications()
  const settings = createSettings({ move: () => ++position, state, onChange: () => generation++ })
  const services = {
    query,
    posts: postsService,
    comments: commentsService,
    moderation: moderation.reply,
    accounts: accounts.reply,
    media: media.reply,
    notifications: notifications.reply,
  }

  const reply = async (name: FakeName, question: Asked): Promise<Reply> => {
    const isOfSettings = question.url.pathname.startsWith('/settings')
    // The client's copy is brought up to date beside the pages, and is no request of theirs.
    if (isOfSettings && name === 'query') return settings.ofQuery()
    asked.push(question)
    if (down.has(name)) return refusal(new Problem('unavailable'))
    const key = question.headers['idempotency-key']
    const known = typeof key === 'string' ? byKey.get(key) : undefined
    if (known) return known
    const given = isOfSettings ? await settings.ofPosts(question) : services[name](question)
    if (typeof key === 'string' && given.status < 300) byKey.set(key, given)
    return given
  }

  /** A stream that continues after a position gets what came after it, as from the real service. */
  const watch = (res: ServerResponse, after: number) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': watching\n\n')
    for (const { at, text } of told) if (at > after) res.write(text)
    watchers.add(res)
    res.on('close', () => watchers.delete(res))
  }

  return {
    posts,
    comments,
    queue: moderation.queue,
    verdictBy: moderation.verdictBy,
    setFlags: moderation.setFlags,
    forgetVerdicts: moderation.forget,
    down,
    media: media.media,
    changeSettings: settings.change,
    forgetSettings: settings.forget,
    /** Comments and votes are those of callers with a token alone, until the function it returns is called. */
    byToken(): () => void {
      isByToken = true
      return () => {
        isByToken = false
      }
    },
    asked,
    mine,
    votes,
    forgetOwner: accounts.forgetOwner,
    connectMail: accounts.connectMail,
    put,
    tell,
    watchers: () => watchers.size,
    /** A person or a rule decides on a comment that waits. */
    judge(id: string, status: 'approved' | 'rejected') {
      const comment = comments.get(id)
      if (comment) put({ ...comment, status, reason: status === 'rejected' ? orange : null })
    },
    /** A comment of somebody else, as it comes in. */
    say(number: number, content: string, more: Partial<PublicComment> = {}) {
      const [id, postId] = [idOf(number), idOf(1)]
      put(publicCommentExample({ id, postId, content, score: 0, createdAt: minutesAgo(0), ...more }))
    },
    ...createFakeGateway({ reply, watch, onClose: settings.close }),
  }
}
