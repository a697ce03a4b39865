import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Delivery, Followed } from './history.ts'

const token = z.number()

/** One line of a claimer's notes. What it is going to do stands there before it is done. */
const noteLine = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('claimed'),
    token,
    position: z.number(),
    id: z.string(),
    subject: z.string(),
    version: z.number(),
    previous: z.number(),
    at: z.number(),
    until: z.number(),
  }),
  z.object({ kind: z.literal('handed-back'), token, at: z.number() }),
  z.object({ kind: z.literal('extended'), token, until: z.number() }),
  z.object({ kind: z.literal('acknowledged'), token }),
])
export type Note = z.infer<typeof noteLine>

/** Whole lines: the last one may have been cut by a kill. */
const linesOf = (file: string): string[] => {
  if (!existsSync(file)) return []
  const text = readFileSync(file, 'utf8')
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
}

const parsedOrNothing = (line: string): Note[] => {
  try {
    return [noteLine.parse(JSON.parse(line))]
  } catch {
    // A line that was cut, with the first line of the next life behind it.
    return []
  }
}

/** What a claimer wrote down, over all its lives. */
export const readDeliveries = ({ file, claimer }: { file: string; claimer: string }): Delivery[] => {
  const byToken = new Map<number, Delivery>()
  for (const note of linesOf(file).flatMap(parsedOrNothing)) {
    if (note.kind === 'claimed') {
      const { kind: _, ...claimed } = note
      byToken.set(note.token, { ...claimed, claimer, handedBackAt: null, acknowledged: false })
      continue
    }
    const delivery = byToken.get(note.token)
    if (delivery === undefined) continue
    if (note.kind === 'handed-back') delivery.handedBackAt ??= note.at
    else if (note.kind === 'extended') delivery.until = note.until
    else delivery.acknowledged = true
  }
  return [...byToken.values()]
}

/** What a follower wrote down, over all its lives. */
export const readFollowed = ({ file, name }: { file: string; name: string }): Followed => ({
  name,
  saw: linesOf(file).map((line) => {
    const [position = '', id = ''] = line.split(' ')
    return { position: Number(position), id }
  }),
})
