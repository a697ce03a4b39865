// Asks the service in this container: `node infra/containers/health.ts [path]` ends well if it answers with 2xx in time.
import { servicePorts } from '@logbook/contracts/services.ts'

const waitMsMax = 3_000

const ports: Readonly<Record<string, number>> = servicePorts
const { SERVICE = '', PORT = ports[SERVICE] } = process.env
const [path = '/health/live'] = process.argv.slice(2)

try {
  const answer = await fetch(`http://127.0.0.1:${PORT}${path}`, { signal: AbortSignal.timeout(waitMsMax) })
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`)
  process.exit(0)
} catch (error) {
  console.error(`${SERVICE}${path}: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
