import { Damaged } from '@logbook/chassis/start/command-line.ts'

/** A version of a stream that no readable event has, and the positions that it must be between. */
interface Gap {
  subject: string
  version: number
  after: number
  before: number
}

export interface LostEvent {
  position: number
  subject: string
  version: number
}

/** Finds versions of streams that are missing among the readable events, which it takes in log order. */
export const createGapFinder = () => {
  const ends = new Map<string, { version: number; position: number }>()
  const gaps: Gap[] = []
  return {
    /** Throws `Damaged` where a version does not come after the one before. */
    take({ subject, version, position }: LostEvent): void {
      const end = ends.get(subject) ?? { version: 0, position: 0 }
      if (version <= end.version)
        throw new Damaged(
          `Position ${position} has version ${version} of ${subject}, which has ${end.version} already.`,
        )
      for (let missing = end.version + 1; missing < version; missing++)
        gaps.push({ subject, version: missing, after: end.position, before: position })
      ends.set(subject, { version, position })
    },
    gaps,
  }
}

/**
 * Assigns a lost position to each missing version of a stream, so that every stream is complete; remaining positions go to the stream
 * `spare`. Each gap was one of the lost events, so that an assignment exists; the gap that ends first is assigned first.
 */
export const assignPositions = (
  lost: readonly number[],
  gaps: readonly Gap[],
  spare: string,
): LostEvent[] => {
  const waiting = [...gaps].sort((a, b) => a.after - b.after || a.version - b.version)
  const open: Gap[] = []
  let spares = 0
  const places = lost.map((position): LostEvent => {
    while (waiting[0] !== undefined && waiting[0].after < position) open.push(...waiting.splice(0, 1))
    open.sort((a, b) => a.before - b.before || a.version - b.version)
    const gap = open.shift()
    if (gap === undefined) return { position, subject: spare, version: ++spares }
    if (gap.before < position) throw noPosition(gap)
    return { position, subject: gap.subject, version: gap.version }
  })
  const [unserved] = [...open, ...waiting]
  if (unserved !== undefined) throw noPosition(unserved)
  return places
}

const noPosition = ({ subject, version }: Gap): Damaged =>
  new Damaged(
    `There is no lost position for version ${version} of ${subject}: more is wrong with this log than lost events.`,
  )
