import { ConfigError, readConfig } from './server/config.ts'
import { runClient } from './server/run.ts'

try {
  await runClient({ config: readConfig(process.env), dev: process.argv.includes('--dev') })
} catch (error) {
  process.stderr.write(`client: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(error instanceof ConfigError ? 78 : 1)
}
