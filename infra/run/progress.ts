import { z } from 'zod'

const told = z.object({
  position: z.number().optional(),
  caughtUp: z.boolean().optional(),
  rebuild: z.object({ position: z.number() }).nullable().optional(),
})
type Told = z.infer<typeof told>

const askMs = 2_000

const healthOf = async (url: string): Promise<Told | undefined> => {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(askMs) })
    return told.parse(await answer.json())
  } catch {
    return undefined
  }
}

/**
 * How far a service has come with the log, in words, by what it and the bus at these addresses say; undefined where it has nothing to
 * catch up with, or does not answer.
 */
export const progressOf = async (
  name: string,
  { url, bus }: { url: string; bus: string },
): Promise<string | undefined> => {
  const [its, log] = await Promise.all([healthOf(url), healthOf(bus)])
  const [position, head] = [its?.rebuild?.position ?? its?.position, log?.position]
  if (its === undefined || position === undefined || head === undefined || head === 0) return undefined
  if (its.caughtUp !== false && !its.rebuild) return undefined
  const percent = Math.min(100, Math.floor((100 * position) / head))
  return `${name} ${its.rebuild ? 'rebuilds its view' : 'reads the log'}: ${percent} %`
}
