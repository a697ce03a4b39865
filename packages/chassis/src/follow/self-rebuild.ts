import { renameSync, rmSync } from 'node:fs'
import type { RequestHandler } from 'express'
import { pause } from '../async/pause.ts'
import { type Database, type OpenDatabase, openDatabase } from '../files/sqlite.ts'
import { type AgreedLog, otherLog } from '../log/agreed-log.ts'
import type { Logger } from '../logger.ts'
import type { Follower } from './follower.ts'
import { type ParkedWork, parkedKinds } from './parked.ts'

/** What a service has over one file that follows the log. */
export interface Side {
  follower: Pick<
    Follower<never>,
    'start' | 'stop' | 'quiet' | 'health' | 'position' | 'caughtUp' | 'differs' | 'parkedKinds'
  >
  /** Ends what else answers events beside its follower; reading goes on. Again does nothing. */
  quiet?(): Promise<void>
}

interface SelfRebuildOptions<Its extends Side> {
  db: Database
  migrations: OpenDatabase['migrations']
  /** Begins nothing. `onOtherLog` is for its follower. */
  create: (db: Database, onOtherLog: () => void) => Its
  /** What commands are decided by. */
  agreed: AgreedLog
  /** Drops what is in memory: it may be of another log. */
  forget: () => void
  logger: Logger
}

const parts = ['', '-wal', '-shm'] as const
const remove = (file: string): void => parts.forEach((part) => void rmSync(file + part, { force: true }))
const pollMs = 20
const progressMs = 2_000

/**
 * A service's file that is built again from the log, beside the one that answers, where the log turns out not to be the one that
 * was read. Reads are answered by the old rows meanwhile, commands are refused, and `caughtUp` is false. The new file takes the
 * place of the old one in one step; a process that is killed before that begins again when it starts.
 */
export class SelfRebuild<Its extends Side> {
  readonly #options: SelfRebuildOptions<Its>
  readonly #ended = new AbortController()
  #db: Database
  #current: Its
  #next: { db: Database; side: Its } | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(options: SelfRebuildOptions<Its>) {
    this.#options = options
    this.#db = options.db
    if (!this.#db.memory) remove(this.#besideIt)
    this.#current = this.#create(this.#db)
  }

  /** What answers now. It is exchanged, so nothing of it may be kept. */
  get current(): Its {
    return this.#current
  }

  /** One part of what answers now, for those who keep it: each call goes to the one of that moment. */
  standIn<Name extends keyof Its>(name: Name): Its[Name] {
    const target = () => this.#current[name] as object
    return new Proxy(
      {},
      {
        get: (_, key) => {
          const value: unknown = Reflect.get(target(), key, target())
          return typeof value === 'function' ? value.bind(target()) : value
        },
      },
    ) as Its[Name]
  }

  start(): void {
    this.#current.follower.start()
  }

  /** For `/health`: what the follower says, and how far the file is that is being built, or null. */
  health() {
    const { follower } = this.#current
    const next = this.#next?.side.follower
    return { ...follower.health(), rebuild: next ? { position: next.position } : null }
  }

  /** What could not be applied or answered. */
  readonly parked: ParkedWork = parkedKinds(() => this.parkedKinds())

  /** The same by kind, for a service that parks other work too. */
  parkedKinds = () => this.#current.follower.parkedKinds()

  /** Refuses commands while the rows that they are decided by are of another log, and notes which log they are decided by. */
  readonly guard: RequestHandler = (req, res, next) => {
    if (this.#current.follower.differs && req.method !== 'GET' && req.method !== 'HEAD') throw otherLog()
    const { agreed } = this.#options
    res.locals.agreed = agreed
    res.locals.log = agreed.current
    next()
  }

  async close(): Promise<void> {
    this.#ended.abort()
    await this.#running
    await this.#end(this.#current)
    this.#db.close()
  }

  get #besideIt(): string {
    return `${this.#options.db.name}-rebuilt`
  }

  #create(db: Database): Its {
    return this.#options.create(db, () => {
      this.#running = this.#running.then(() => this.#rebuild())
    })
  }

  async #end({ follower, quiet }: Its): Promise<void> {
    await follower.stop()
    await quiet?.()
  }

  async #rebuild(): Promise<void> {
    const { logger, forget } = this.#options
    forget()
    await this.#current.follower.quiet()
    await this.#current.quiet?.()
    for (let built = false; !built && !this.#ended.signal.aborted; ) {
      try {
        built = await this.#build()
      } catch (error) {
        logger.error({ err: error }, 'the rebuild failed, and is begun again')
        await pause(progressMs, this.#ended.signal)
      }
    }
    // What was loaded while the bus went from one log to the other.
    forget()
  }

  /** True once the new rows answer; false where the log was exchanged again meanwhile, or the service ends. */
  async #build(): Promise<boolean> {
    const { migrations, logger } = this.#options
    const file = this.#db.memory ? ':memory:' : this.#besideIt
    if (file !== ':memory:') remove(file)
    const db = openDatabase({ file, migrations, durability: 'normal', exclusive: true })
    const side = this.#options.create(db, () => {})
    this.#next = { db, side }
    try {
      side.follower.start()
      let saidAt = performance.now()
      while (!side.follower.caughtUp && !side.follower.differs && !this.#ended.signal.aborted) {
        if (performance.now() - saidAt > progressMs) {
          saidAt = performance.now()
          logger.info({ position: side.follower.position }, 'the log is being read again')
        }
        await pause(pollMs, this.#ended.signal)
      }
      if (!side.follower.caughtUp) return await this.#discard(db, side)
      await this.#takePlace(db, side)
      logger.info({ position: this.#current.follower.position }, 'the view was built again, and answers')
      return true
    } finally {
      this.#next = undefined
    }
  }

  async #discard(db: Database, side: Its): Promise<false> {
    await this.#end(side)
    db.close()
    if (!db.memory) remove(db.name)
    return false
  }

  async #takePlace(db: Database, side: Its): Promise<void> {
    const last = this.#db
    if (db.memory) {
      // It follows already; from here on it may be exchanged itself.
      await this.#end(side)
      this.#db = db
    } else {
      await this.#end(side)
      // Nothing is awaited from here on, so no request meets a file that is closed.
      db.close()
      last.close()
      remove(last.name)
      renameSync(db.name, last.name)
      const { migrations } = this.#options
      this.#db = openDatabase({ file: last.name, migrations, durability: 'normal', exclusive: true })
    }
    this.#current = this.#create(this.#db)
    this.#current.follower.start()
    if (db.memory) last.close()
  }
}
