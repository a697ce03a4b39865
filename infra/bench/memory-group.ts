import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Processes that may take so much memory together, by the operating system. */
export interface MemoryGroup {
  add(pid: number): void
  /** How many of them were ended because there was no more. */
  killed(): number
  /** Once none of them runs any more. */
  remove(): void
}

const kinds = [
  {
    parent: '/sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
    events: 'memory.oom_control',
  },
  {
    parent: '/sys/fs/cgroup',
    limit: 'memory.max',
    events: 'memory.events',
  },
] as const

/** Makes a control group of Linux, v1 or v2; undefined where this process may not. */
export const memoryGroup = (bytesMax: number): MemoryGroup | undefined => {
  for (const { parent, limit, events } of kinds) {
    const folder = join(parent, `logbook-bench-${process.pid}`)
    const read = (file: string) => readFileSync(join(folder, file), 'utf8')
    try {
      mkdirSync(folder)
      if (!existsSync(join(folder, limit))) {
        rmdirSync(folder)
        continue
      }
      writeFileSync(join(folder, limit), String(bytesMax))
    } catch {
      continue
    }
    return {
      add: (pid) => writeFileSync(join(folder, 'cgroup.procs'), String(pid)),
      killed: () => Number(/^oom_kill (\d+)$/m.exec(read(events))?.[1]),
      remove: () => rmdirSync(folder),
    }
  }
  return undefined
}
