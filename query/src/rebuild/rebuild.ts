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

/** Begins a build, here or in a thread of its own. */
export type StartBuild = (task: BuildTask & { tell: (message: BuildMessage) => void }) => Build

export interface RebuildOptions {
  registry: ViewRegistry
  live: LiveView
  startBuild: StartBuild
  /** Opens a file of the registry as a view that does not follow yet. */
  open: (file: string) => View
  /** Another view answers from here on: what was remembered of the last one goes. */
  exchanged: (last: { from: number; otherLog: boolean }) => void
  logger: Logger
}

const underWay = 'A rebuild is under way; DELETE /rebuild ends it.'
const conflict = (detail: string): Problem => new Problem('conflict', { detail })

/** Builds the view anew beside the live one, and exchanges them. Each step survives `kill -9`: a start goes on from the registry. */
export class Rebuild {
  readonly #options: RebuildOptions
  readonly #listeners = new Set<() => void>()
  #state: RebuildStatus['state'] = 'none'
  #build: Build | undefined
  /** Counts the builds, so that one that was ended is not heard any more. */
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

  /** Goes on with what a crash left, and begins by itself where the code's projections are not those of the live file. */
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
      'the projections changed; the view is built anew',
    )
    this.#begin(registry.beginNext(projectionsVersion, true))
  }

  /**
   * The live view is of another log than the one that is there: builds it anew from that, and lets it answer once it is whole, also
   * where it is not as far. Goes on with what was begun before, if that is of this log; its build says so if it is not.
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
    }).catch((error: unknown) => logger.error({ err: error }, 'the view could not be begun anew'))
  }

  /** Throws `conflict` while one is under way. */
  start({ swap }: { swap: boolean }): void {
    if (this.#state !== 'none' || this.#changing) throw conflict(underWay)
    this.#begin(this.#options.registry.beginNext(projectionsVersion, swap))
  }

  /** Ends it and removes its file. Throws `conflict` where there is none, or where it is too late. */
  async cancel(): Promise<void> {
    const build = this.#build
    if (build === undefined || this.#changing) throw conflict('No rebuild is under way that could be ended.')
    await this.#changeOnce(() => this.#end(build))
  }

  /** Puts the new file in the live one's place. Throws `conflict` unless it is ready. */
  async swap(): Promise<void> {
    if (this.#state !== 'ready' || this.#changing) throw conflict('There is no rebuilt view that is ready.')
    await this.#changeOnce(() => this.#swap())
  }

  /** Puts the previous file back, brought up to date. Throws `conflict` where there is none, or a rebuild is under way. */
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

  /** Calls back at each change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Ends what runs here. What is built so far stays, for the next start. */
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
      // Nobody is to go back to what another log said.
      if (isOfOther) registry.discard('previous')
      this.#become('none')
    } catch (error) {
      // Not to be tried again at once, or for ever: the next one who asks does.
      registry.setSwap(false)
      if (!this.#closed) this.#begin(next)
      throw error
    }
  }

  #swapIn(file: string, note: () => void): Promise<void> {
    const { live, open, exchanged, logger } = this.#options
    return swapIn({ live, view: open(file), note, exchanged, logger, isCancelled: () => this.#closed })
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
