import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBlog } from '@logbook/importer/open-blog.ts'
import { type Services, startBus, startServices } from '../../backup/test/running-blog.ts'
import { importBlog } from '../../import/import-blog.ts'
import { silentProgress } from '../../import/send/progress.ts'
import { openSource } from '../read-blog.ts'

/** Blogs of services in this process, each with a data folder of its own in one that goes with `close`. */
export const createBlogs = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'logbook-export-'))
  const closing: (() => Promise<void>)[] = []
  const closeBlogs = async () => {
    for (const close of closing.splice(0).reverse()) await close()
  }
  return {
    folder,
    async start(name: string): Promise<Services> {
      const data = await mkdtemp(join(folder, name))
      const bus = await startBus(data)
      closing.push(bus.close)
      const services = await startServices(data, bus.url)
      closing.push(services.close)
      return services
    },
    closeBlogs,
    async close() {
      await closeBlogs()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A blog as an export reads it. */
export const source = ({ urlOf, owner }: Services) =>
  openSource({
    urls: {
      posts: urlOf('posts'),
      history: urlOf('posts'),
      comments: urlOf('comments'),
      moderation: urlOf('moderation'),
      query: urlOf('query'),
    },
    authorization: owner,
  })

/** Imports a folder into a blog. */
export const bring = async (path: string, { urlOf, owner }: Services) =>
  importBlog(await openBlog({ path, now: new Date() }), {
    postsUrl: urlOf('posts'),
    commentsUrl: urlOf('comments'),
    settingsUrls: {
      read: `${urlOf('posts')}/settings`,
      write: `${urlOf('posts')}/settings`,
      history: `${urlOf('posts')}/settings/history`,
    },
    decisionUrls: { rules: `${urlOf('moderation')}/rules` },
    token: owner.replace('Bearer ', ''),
    dryRun: false,
    progress: silentProgress,
  })

/** What only the history of one blog says. */
const ownToEach = new Set(['version', 'authorId', 'revision', 'score', 'related'])

/** Answers without that, and with a number in place of each id. */
export const alike = (answers: unknown): unknown => {
  const numbers = new Map<string, number>()
  const json = JSON.stringify(answers, (key, value) => (ownToEach.has(key) ? undefined : value))
  const uuids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
  return JSON.parse(
    json.replace(uuids, (id) => {
      if (!numbers.has(id)) numbers.set(id, numbers.size)
      return `id ${numbers.get(id)}`
    }),
  )
}

interface Page {
  comments: { id: string; parentId: string | null; status: string }[]
}

/** As an export has it: an answer to a comment that has no text any more stands by itself. */
export const withoutDeleted = <Each extends Page>({ comments, ...page }: Each) => {
  const kept = comments.filter(({ status }) => status !== 'deleted')
  const ids = new Set(kept.map(({ id }) => id))
  const adopted = kept.map((each) => ({
    ...each,
    parentId: ids.has(each.parentId ?? '') ? each.parentId : null,
  }))
  return { ...page, comments: adopted }
}
