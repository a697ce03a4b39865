import type { Logger } from '@logbook/chassis/logger.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { RebuildStatus, ViewDifference } from '@logbook/contracts/http/rebuild.ts'
import type { View } from '../follower.ts'
import { projectionsVersion } from '../projections/all.ts'
import type { Build, BuildMessage, BuildTask } from './build.ts'
import type { LiveView } from './live-view.ts'
import { createRate } from './rate.ts'
import type { RegisteredView, ViewRegistry } from './registry.ts'
import { swapIn } from './swap.ts'

/** Starts a build, here or in a thread. */
export type StartBuild = (task: BuildTask & { tell: (message: BuildMessage) => void }) => Build

export interface RebuildOptions {
  registry: ViewRegistry
  live: LiveView
  startBuild: StartBuild
  /** Opens a file as a view that does not follow yet. */
  open: (file: string) => View
  /** Called when another view answers: clears caches of the previous one. */
  onSwap: (last: { from: number; otherLog: boolean }) => void
  logger: Logger
}

const underWay = 'A rebuild is running; DELETE /rebuild cancels it.'
const conflict = (detail: string): Problem => new Problem('conflict', { detail })

/** Rebuilds the view beside the live one, and swaps them. Each step survives `kill -9`: a start continues from the registry. */
export class Rebuild {
  readonly #options: RebuildOptions
  readonly #listeners = new Set<() => void>()
  #state: RebuildStatus['state'] = 'none'
  #build: Build | undefined
  /** Counts the builds, so that messages of a cancelled one are ignored. */
  #turn = 0
  #position = 0
  #difference: ViewDifference | null = null
  #fault: string | null = null
  #rate = createRate()
  #changing: Promise<void> | undefined
  #closed = false

  constructor(options: RebuildOptions) {
    this.#options = options
  }

  /** Continues a rebuild that a crash interrupted, or starts one if the projections of the code differ from those of the live file. */
  resume(): void {
    const { registry, logger } = this.#options
    const next = registry.get('next')
    if (next?.version === projectionsVersion) {
      this.#begin(next)
      return
    }
    if (next) registry.discard('next')
    const live = registry.live(projectionsVersion)
    if (live.version === projectionsVersion) return
    logger.info(
      { from: live.version, to: projectionsVersion },
      'the projections changed; the view is rebuilt',
    )
    this.#begin(registry.beginNext(projectionsVersion, true))
  }

  /**
   * Rebuilds a live view that is of another log, and lets the new one answer when it has caught up, also at a lower position. Continues a
   * build that was begun before, which fails if it is of another log too.
   */
  renew(): void {
    const { registry, live, logger } = this.#options
    if (this.#closed || !live.current.differs) return
    if (this.#changing) return void this.#changing.catch(() => {}).then(() => this.renew())
    const build = this.#build
    void this.#changeOnce(async () => {
      this.#build = undefined
      this.#turn++
      await build?.stop()
      const next = registry.get('next')
      registry.setSwap(true)
      this.#begin(next?.version === projectionsVersion ? next : registry.beginNext(projectionsVersion, true))
    }).catch((err: unknown) => logger.error({ err }, 'the rebuild for another log was not started'))
  }

  /** Throws `conflict` while a rebuild is running. */
  start({ swap }: { swap: boolean }): void {
    if (this.#state !== 'none' || this.#changing) throw conflict(underWay)
    this.#begin(this.#options.registry.beginNext(projectionsVersion, swap))
  }

  /** Cancels the rebuild and removes its file. Throws `conflict` if there is none, or if it is swapping. */
  async cancel(): Promise<void> {
    const build = this.#build
    if (build === undefined || this.#changing) throw conflict('No rebuild is under way that could be ended.')
    await this.#changeOnce(() => this.#end(build))
  }

  /** Lets the new file answer. Throws `conflict` unless it is ready. */
  async swap(): Promise<void> {
    if (this.#state !== 'ready' || this.#changing) throw conflict('There is no rebuilt view that is ready.')
    await this.#changeOnce(() => this.#swap())
  }

  /** Lets the previous file answer again, once it has caught up. Throws `conflict` if there is none, or while a rebuild is running. */
  async rollBack(): Promise<void> {
    if (this.#state !== 'none' || this.#changing) throw conflict(underWay)
    const previous = this.#options.registry.get('previous')
    if (previous === undefined) throw conflict('There is no earlier view to go back to.')
    await this.#changeOnce(() => this.#rollBack(previous))
  }

  status(): RebuildStatus {
    const { registry, live } = this.#options
    const running = this.#state === 'building'
    const eventsPerSecond = running ? this.#rate.perSecond() : null
    const left = Math.max(0, live.position - this.#position)
    return {
      state: this.#state,
      swap: registry.get('next')?.swap ?? false,
      position: this.#position,
      target: live.position,
      eventsPerSecond,
      secondsLeft: eventsPerSecond ? Math.round(left / eventsPerSecond) : null,
      difference: this.#difference,
      fault: this.#fault,
      canRollBack: registry.get('previous') !== undefined,
      liveVersion: registry.get('live')?.version ?? projectionsVersion,
      codeVersion: projectionsVersion,
    }
  }

  /** Calls the listener at each change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Stops the build. Its file stays, for the next start. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#changing?.catch(() => {})
    await this.#build?.stop()
  }

  #become(state: RebuildStatus['state'], fault: string | null = null): void {
    this.#state = state
    this.#fault = fault
    for (const listener of this.#listeners) listener()
  }

  #begin({ file }: RegisteredView): void {
    const { startBuild, live } = this.#options
    this.#position = 0
    this.#difference = null
    this.#rate = createRate()
    this.#become('building')
    const turn = ++this.#turn
    this.#build = startBuild({
      file,
      liveFile: live.current.differs ? null : live.current.db.name,
      tell: (message) => {
        if (turn === this.#turn) this.#hear(message)
      },
    })
  }

  #hear(message: BuildMessage): void {
    switch (message.kind) {
      case 'progress':
        this.#position = message.position
        this.#rate.note({ atMs: performance.now(), position: message.position })
        this.#become('building', message.fault)
        return
      case 'comparing':
        this.#become('comparing')
        return
      case 'built':
        this.#difference = message.difference
        this.#position = message.position
        this.#become('ready')
        if (this.#options.registry.get('next')?.swap) void this.swap().catch(() => {})
        return
      case 'failed':
        this.#fail(message.reason)
        return
      default:
        message satisfies never
    }
  }

  #changeOnce(change: () => Promise<void>): Promise<void> {
    this.#changing = change().finally(() => {
      this.#changing = undefined
    })
    return this.#changing
  }

  async #end(build: Build, fault: string | null = null): Promise<void> {
    this.#build = undefined
    this.#turn++
    await build.stop()
    this.#options.registry.discard('next')
    this.#become('none', fault)
  }

  #fail(reason: string): void {
    this.#options.logger.error({ reason }, 'the rebuild ended without success')
    const build = this.#build
    if (build && !this.#changing)
      void this.#changeOnce(() => this.#end(build, reason)).then(() => this.renew())
  }

  async #swap(): Promise<void> {
    const { registry } = this.#options
    const next = registry.get('next')
    if (next === undefined) throw conflict('There is no rebuilt view that is ready.')
    this.#become('swapping')
    const build = this.#build
    this.#build = undefined
    this.#turn++
    await build?.stop()
    try {
      const { live } = this.#options
      const isOfOther = live.current.differs
      await this.#swapIn(next.file, () => registry.promote())
      // No rollback to a view of another log.
      if (isOfOther) registry.discard('previous')
      this.#become('none')
    } catch (error) {
      // Not retried by itself: the next request does.
      registry.setSwap(false)
      if (!this.#closed) this.#begin(next)
      throw error
    }
  }

  #swapIn(file: string, note: () => void): Promise<void> {
    const { live, open, onSwap, logger } = this.#options
    return swapIn({ live, view: open(file), note, onSwap, logger, isCancelled: () => this.#closed })
  }

  async #rollBack({ file }: RegisteredView): Promise<void> {
    this.#become('rolling-back')
    try {
      await this.#swapIn(file, () => this.#options.registry.rollBack())
    } finally {
      this.#become('none')
    }
  }
}
