import { spawn } from 'node:child_process'
import { join } from 'node:path'

/**
 * Runs types, lint and dead code, and resolves to whether all passed and what they said, if anything. At a low priority: they take the
 * processor when tests wait, and not from tests that work.
 */
export const staticChecks = (): Promise<{ passed: boolean; said: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'low-priority.ts')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
    child.once('error', reject)
    child.once('close', (code) => resolve({ passed: code === 0, said }))
  })
