import type { DomainEvent, RecordedEvent } from '@logbook/contracts/envelope.ts'
import { pause } from '../async/pause.ts'
import type { Decode } from '../follow/decode.ts'
import { derivedId } from '../ids.ts'
import { isSameLog, otherLog } from '../log/agreed-log.ts'
import type { Bus } from '../log/bus.ts'
import { isProblem, Problem } from '../problem.ts'
import type { Command } from './command.ts'
import { outgoing, type Publisher, seedOf } from './outgoing.ts'
import { recordedOn } from './recorded-on.ts'
import { StreamCache, type StreamState } from './stream-cache.ts'

interface CommandHandlerOptions<State, Event> extends Publisher {
  bus: Bus
  initial: State
  evolve: (state: State, event: Event) => State
  decode: Decode<Event>
  /** How many streams' states are kept at hand: fewer where they are large. */
  cachedStreamsMax?: number
}

const attemptsMax = 20
/** How long a command may wait for those before it on its stream. */
const turnMsMax = 5_000
const defaultCachedStreamsMax = 2_000

const decidedOrNothing = (decide: () => readonly DomainEvent[]): readonly DomainEvent[] => {
  try {
    return decide()
  } catch {
    return []
  }
}

/**
 * Decides from a stream's state and appends on the condition that it still holds; if it does not, loads it and decides once more. The
 * state at hand is tried first, without asking the log: only an append can follow from it, never a refusal.
 */
export class CommandHandler<State, Event> {
  readonly #options: CommandHandlerOptions<State, Event>
  readonly #cache: StreamCache<State>
  readonly #empty: StreamState<State>
  /** The end of the last command of each stream that has one under way. */
  readonly #busy = new Map<string, Promise<void>>()

  constructor(options: CommandHandlerOptions<State, Event>) {
    this.#options = options
    const { bus, cachedStreamsMax: streamsMax = defaultCachedStreamsMax } = options
    this.#cache = new StreamCache({ agreed: bus.agreed, streamsMax })
    this.#empty = { state: options.initial, version: 0, position: 0 }
  }

  /** The state as the log has it now. Folds only what came since the last time. */
  async load(subject: string): Promise<StreamState<State>> {
    const cache = this.#cache.current()
    const known = cache.get(subject) ?? this.#empty
    const loaded = this.#fold(known, await this.#options.bus.readStream(subject, known.version))
    if (loaded.version > 0) cache.set(subject, loaded)
    return loaded
  }

  /**
   * Begins a stream for each command, all in one append and in the order of the commands, or none. Throws what `decide` throws,
   * `version-conflict` where one of the streams exists or is named twice, and the bus's own problems. Their states are not kept at hand:
   * there may be many, and seldom does a command follow.
   */
  async beginAll(commands: readonly Command<State>[]): Promise<void> {
    const [first] = commands
    if (first === undefined) return
    const log = first.log ?? this.#options.bus.agreed.current
    this.#assertAgreed({ ...first, log })
    const subjects = new Set<string>()
    for (const { subject } of commands) {
      if (subjects.has(subject)) throw new Problem('version-conflict', { extensions: { subject } })
      subjects.add(subject)
    }
    const { initial } = this.#options
    const sent = commands.flatMap((command) =>
      outgoing(command.decide(initial, 0), { command, version: 0, by: this.#options }),
    )
    await this.#options.bus.append(sent, { log })
  }

  /** Drops every state that is at hand, those on their way included: the log may say less by now than it did. */
  forget(): void {
    this.#cache.forget()
  }

  /**
   * Throws what `decide` throws, `precondition-failed`, `version-conflict` on a stream other than `subject`, or the bus's own problems:
   * `unavailable` where the command began by another log than the one that is there.
   */
  handle(command: Command<State>): Promise<StreamState<State>> {
    // One at a time for each stream: a thousand votes on one comment must not race each other to the last retry.
    const before = this.#busy.get(command.subject) ?? Promise.resolve()
    const begun = performance.now()
    const log = command.log ?? this.#options.bus.agreed.current
    const handled = before.then(() => {
      // With the bus away, a queue in which each waits out its own time would hold the last for minutes.
      if (performance.now() - begun > turnMsMax)
        throw new Problem('unavailable', { detail: 'Too many commands wait for this stream.', retryAfter: 1 })
      return this.#handleAlone({ ...command, log })
    })
    const done = handled.then(
      () => {},
      () => {},
    )
    this.#busy.set(command.subject, done)
    done.then(() => {
      if (this.#busy.get(command.subject) === done) this.#busy.delete(command.subject)
    })
    return handled
  }

  async #handleAlone(command: Command<State>): Promise<StreamState<State>> {
    for (let tries = 0; ; tries++) {
      try {
        this.#assertAgreed(command)
        const done = tries === 0 ? await this.#attemptAtHand(command) : await this.#attempt(command)
        if (done) return done
      } catch (error) {
        const answered = isProblem(error, 'id-conflict') ? await this.#firstAnswer(command) : undefined
        if (answered) return answered
        // Another process was first: load and decide again. A conflict on another stream is the caller's to solve.
        const overtaken =
          isProblem(error, 'version-conflict') && error.details.extensions?.subject === command.subject
        if (!overtaken || tries >= attemptsMax) throw error
        if (tries > 0) await pause(Math.random() * 5 * tries)
      }
    }
  }

  /** What began while another log was agreed with was decided by that one, in part at least. */
  #assertAgreed({ log }: Command<State>): void {
    if (log !== undefined && !isSameLog(log, this.#options.bus.agreed.current)) throw otherLog()
  }

  /** Undefined where there is no state at hand, or where nothing would be appended: what the log has may say otherwise. */
  async #attemptAtHand(command: Command<State>): Promise<StreamState<State> | undefined> {
    const { subject, idempotency, ifMatch, isNew } = command
    const cached = this.#cache.current().get(subject)
    const known = cached ?? (isNew ? this.#empty : undefined)
    // A key that came before has its answer in the stream.
    if (known === undefined || (idempotency && cached)) return undefined
    if (ifMatch !== undefined && ifMatch !== known.version) return undefined
    const decided = decidedOrNothing(() => command.decide(known.state, known.version))
    if (decided.length === 0) return undefined
    const after = await this.#append(decided, command, known)
    // The key came before, and its events were in the log already, as they are now.
    const isFirst = after.version === known.version + decided.length
    return idempotency && !isFirst ? ((await this.#firstAnswer(command)) ?? after) : after
  }

  async #attempt(command: Command<State>): Promise<StreamState<State>> {
    const { subject, ifMatch, idempotency } = command
    const loaded = await this.load(subject)
    this.#assertAgreed(command)
    const answered = idempotency && loaded.version > 0 ? await this.#firstAnswer(command) : undefined
    if (answered) return answered
    if (ifMatch !== undefined && ifMatch !== loaded.version)
      throw new Problem('precondition-failed', { extensions: { actual: loaded.version } })
    const decided = command.decide(loaded.state, loaded.version)
    if (decided.length === 0) return loaded
    return this.#append(decided, command, loaded)
  }

  async #append(
    events: readonly DomainEvent[],
    command: Command<State>,
    known: StreamState<State>,
  ): Promise<StreamState<State>> {
    const cache = this.#cache.current()
    const sent = outgoing(events, { command, version: known.version, by: this.#options })
    const log = command.log ?? this.#options.bus.agreed.current
    const appended = await this.#options.bus.append(sent, { log })
    const recorded = recordedOn(new Set([command.subject]), { sent, appended })
    // What stands right behind the known state, as the log says, follows from it without asking the log again.
    const follows =
      recorded.length > 0 && recorded.every(({ version }, index) => version === known.version + 1 + index)
    const after = follows ? this.#fold(known, recorded) : await this.load(command.subject)
    if (follows && after.version > (cache.get(command.subject)?.version ?? 0))
      cache.set(command.subject, after)
    return { ...after, position: Math.max(after.position, appended.at(-1)?.position ?? 0) }
  }

  #fold(from: StreamState<State>, events: readonly RecordedEvent[]): StreamState<State> {
    return events.reduce(({ state }, recorded) => {
      const decoded = this.#options.decode(recorded)
      return {
        state: decoded.kind === 'event' ? this.#options.evolve(state, decoded.event) : state,
        version: recorded.version,
        position: recorded.position,
      }
    }, from)
  }

  /** What this command led to when it was handled before, or undefined. Reads the stream from its beginning. */
  async #firstAnswer(command: Command<State>): Promise<StreamState<State> | undefined> {
    const id = seedOf(command, this.#options.source)
    if (id === undefined) return undefined
    const events = await this.#options.bus.readStream(command.subject)
    const first = events.findIndex((event) => event.id === id)
    if (first === -1) return undefined
    if (events[first]?.commanddigest !== command.idempotency?.digest)
      throw new Problem('id-conflict', { detail: 'This Idempotency-Key was used for another request.' })
    // The events of one append stand side by side, and their ids derive from the first.
    let end = first + 1
    while (events[end]?.id === derivedId(id, end - first)) end++
    return this.#fold(this.#empty, events.slice(0, end))
  }
}
