import axios from 'axios'
import { limits } from './limits.ts'

interface ServiceHealth {
  status: 'ok' | 'waiting' | 'down'
  /** How long its answer took, in ms. */
  ms: number
  position?: number
  /** Events that the log has and this service has not read. */
  lag?: number
}

const ask = async (url: string): Promise<ServiceHealth> => {
  const begun = performance.now()
  const took = () => Math.round(performance.now() - begun)
  try {
    const { data } = await axios.get(`${url}/health`, {
      timeout: limits.healthWaitMsMax,
      maxRedirects: 0,
      maxContentLength: 100_000,
    })
    const position = typeof data?.position === 'number' ? { position: data.position } : {}
    return { status: data?.ready === false ? 'waiting' : 'ok', ms: took(), ...position }
  } catch {
    return { status: 'down', ms: took() }
  }
}

/** The health of all, asked at once: who answers, how fast, and how far behind the log. */
export const healthOfAll = async (urls: Record<string, string>) => {
  const asked = await Promise.all(
    Object.entries(urls).map(async ([name, url]) => [name, await ask(url)] as const),
  )
  const services = Object.fromEntries(asked)
  const head = services['event-bus']?.position
  for (const service of Object.values(services)) {
    if (head !== undefined && service.position !== undefined)
      service.lag = Math.max(0, head - service.position)
  }
  const ok = asked.every(([, { status }]) => status === 'ok')
  return { status: ok ? 'ok' : 'degraded', service: 'gateway', services } as const
}
