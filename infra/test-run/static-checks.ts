import { spawn } from 'node:child_process'

/** Runs types, lint and dead code, and resolves to whether all passed and what they said, if anything. */
export const staticChecks = (): Promise<{ passed: boolean; said: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn('npm run --silent static', { shell: true, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
    child.once('error', reject)
    child.once('close', (code) => resolve({ passed: code === 0, said }))
  })
