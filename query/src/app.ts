import type { Verify } from '@logbook/chassis/access/verify.ts'
import { type Clock, systemClock } from '@logbook/chassis/clock.ts'
import { type ParkedWork, parkedKinds } from '@logbook/chassis/follow/parked.ts'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import { serve } from '@logbook/chassis/http/serve.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import type { SettingsAnswer } from '@logbook/contracts/http/settings.ts'
import { createRenderer, type Renderer } from '@logbook/markdown/threads/renderer.ts'
import { type Changes, createChanges } from './changes/changes.ts'
import { createView, type Listener, type View } from './follower.ts'
import { limits } from './limits.ts'
import { openView, type ViewFiles } from './open.ts'
import { createPageCache, type PageCache } from './pages/cache.ts'
import { createFastPath, noProgress, printProgress } from './pages/fast-path.ts'
import { createLiveView, type LiveView } from './rebuild/live-view.ts'
import { Rebuild, type StartBuild } from './rebuild/rebuild.ts'
import type { ViewRegistry } from './rebuild/registry.ts'
import { createPreparedRelated, type PreparedRelated } from './related/prepared.ts'
import { liveChanges } from './routes/changes.ts'
import { digests } from './routes/digests.ts'
import { feeds } from './routes/feeds.ts'
import { figures } from './routes/figures.ts'
import { lists } from './routes/lists.ts'
import { postPages } from './routes/post-page.ts'
import { preparedPages } from './routes/prepared-page.ts'
import { reads } from './routes/reads.ts'
import { rebuilding } from './routes/rebuild.ts'
import { search } from './routes/search.ts'

export interface Query {
  bus: Bus
  /** The live view of the registry. Both are closed with the service. */
  files: ViewFiles
  registry: ViewRegistry
  startBuild: StartBuild
  verify: Verify
  /** Renders Markdown. Closed with the service. */
  renderer?: Renderer
  logger: Logger
  origins: readonly string[]
  /** The public address of the blog without a slash at its end, for feeds and the sitemap. */
  publicUrl: string
  /** The settings of the blog until they are changed for the first time. */
  initial: BlogSettings
  clock?: Clock
}

const statusOf = ({ follower, differs, search }: View) => ({
  ready: follower.caughtUp && !differs,
  ...follower.health(),
  search: search.follower.status(),
})

interface Busy {
  changes: Changes
  cache: PageCache
  related: PreparedRelated
  renderer: Renderer
}

const loadOf = ({ changes, cache, related, renderer }: Busy) => ({
  watchers: changes.count(),
  cacheBytes: cache.bytes(),
  related: related.status(),
  rendering: renderer.status(),
})

const parkedIn = (live: LiveView): ParkedWork =>
  parkedKinds(() => {
    const { follower, search } = live.current
    return { ...follower.parkedKinds(), search: search.follower.parkedKinds().event }
  })

interface Notified extends Pick<Busy, 'cache' | 'changes' | 'related'> {
  registry: ViewRegistry
  /** Drops everything that is cached or prepared. */
  renewAll: () => void
  noteProgress: () => void
}

/** What follows from the events of the live view for caches and watchers. */
const listenerOf = ({ cache, changes, related, registry, renewAll, noteProgress }: Notified): Listener => ({
  touch(touched) {
    // No request runs between here and the commit, so that no page with the rows of before is cached.
    if (touched.commentId === undefined) renewAll()
    else {
      cache.invalidate(touched.postId, touched.personId)
      related.noteTouched(touched)
    }
    changes.touch(touched)
  },
  voted(personId) {
    cache.noteActed(personId)
    related.noteActed(personId)
  },
  joined: related.noteActed,
  indexed: renewAll,
  // The previous file has not read the erasure.
  forget: () => [renewAll(), registry.discard('previous')],
  pictured: (postIds) => (postIds === undefined ? cache.clear() : cache.invalidatePosts(postIds)),
  // Its language decides which words relate posts.
  renew: renewAll,
  commit({ position }) {
    noteProgress()
    changes.flush(position)
  },
})

/** The query service over any bus: the view of posts with their comments. */
export const createQuery = (options: Query): Service => {
  const { bus, files, registry, logger, origins, publicUrl, initial } = options
  const { clock = systemClock, renderer = createRenderer(limits.rendering) } = options
  const cache = createPageCache()
  const changes = createChanges(() => live.current.messages)
  let progress = noProgress
  const noteProgress = () => {
    progress = printProgress(live)
  }
  const { language } = initial
  const following = { bus, logger, clock, language, onOtherLog: () => rebuild.renew() }
  const related = createPreparedRelated({ current: () => live.current, onChanged: cache.invalidatePost })
  const renewAll = () => [cache.clear(), related.noteAll()]
  const listener = listenerOf({ cache, changes, related, renewAll, noteProgress, registry })
  const live: LiveView = createLiveView(createView({ ...following, files }), listener)
  noteProgress()
  const onSwap = ({ from, otherLog }: { from: number; otherLog: boolean }): void => {
    renewAll()
    noteProgress()
    if (otherLog) changes.beginAgain(live.position)
    else changes.catchUp({ from, position: live.position })
  }
  const open = (file: string): View => createView({ ...following, files: openView(file) })
  const rebuild = new Rebuild({ ...options, live, open, onSwap })
  const { handlers: rebuildHandlers, drain } = rebuilding(rebuild)
  const projections = () => live.current.projections
  const settings = (): SettingsAnswer => projections().settings.current() ?? { ...initial, version: 0 }
  const page = preparedPages({ cache, live, clock })
  const prepared = { page, projections, renderer, related: related.of }

  const app = createHttpApp({
    ...{ name: 'query', logger, origins },
    fastPath: createFastPath({ cache, progress: () => progress }),
    api: serve(
      queryEndpoints,
      { verify: options.verify, follower: live },
      {
        ...lists({ page, live, cache, renderer, settings }),
        ...postPages({ page, live, related }),
        ...search({ page, live }),
        ...digests(prepared),
        ...feeds({ ...prepared, publicUrl, settings }),
        ...liveChanges({ live, changes }),
        ...reads({ bus, live, cache }),
        ...figures({ live, clock }),
        ...rebuildHandlers,
      },
    ),
    health: () => ({ ...statusOf(live.current), ...loadOf({ changes, cache, related, renderer }) }),
  })
  return {
    app,
    parked: parkedIn(live),
    start() {
      live.current.follower.start()
      rebuild.resume()
    },
    drain: () => [changes.close(), drain()],
    async close() {
      changes.close()
      related.close()
      await rebuild.close()
      await live.current.close()
      await renderer.close()
      registry.close()
    },
  }
}
