import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { isLong } from '@logbook/chassis/testing/cases.ts'
import { defineConfig, type Plugin } from 'vitest/config'
import ClosingLine from './infra/test-run/closing-line.ts'
import LongFirst from './infra/test-run/long-first.ts'
import { useScratchFolder } from './infra/test-run/scratch-folder.ts'

// Processes that tests start compile nothing that an earlier one compiled.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '.cache/compile')
useScratchFolder()

const notTests = ['**/node_modules/**', '**/build/**']

/** All files of tests share these workers: two more than cores, for much of a whole-system test is waiting. */
const maxWorkers = availableParallelism() + 2

/** MiB of a worker's young generation: tests make and drop much, and V8's own bound of 16 has them collect more often. */
const semiSpace = '--max-semi-space-size=64'

/** Of a machine that is busy with other things. A test that takes so long is broken. */
const testMsMax = isLong ? 30 * 60_000 : 90_000

const common = {
  exclude: notTests,
  // Modules are imported once for each worker instead of once for each file.
  isolate: false,
  // Modules are imported by Node itself, as in the services: the same resolution, and what was compiled is kept.
  experimental: { viteModuleRunner: false, nodeLoader: false },
  execArgv: [semiSpace],
  maxWorkers,
  setupFiles: ['infra/house/same-cases.ts', 'infra/house/patience.ts'],
  expect: { poll: { timeout: 40_000, interval: 10 } },
  testTimeout: testMsMax,
  hookTimeout: testMsMax,
}

/**
 * Packages resolve as in the services, which know no `development`: with it Markdown is parsed by other code, which asserts all
 * that it does and takes twice as long. Vitest adds the condition after a configuration was read.
 */
const asInTheServices: Plugin = {
  name: 'as-in-the-services',
  configResolved({ ssr, resolve, environments }) {
    for (const each of [ssr, { resolve }, ...Object.values(environments)])
      if (each.resolve?.conditions) each.resolve.conditions = ['node']
  },
}

export default defineConfig({
  plugins: [asInTheServices],
  test: {
    maxWorkers,
    reporters: ['default', new ClosingLine()],
    sequence: { sequencer: LongFirst },
    projects: [
      {
        test: {
          ...common,
          name: 'e2e',
          include: ['infra/{e2e,postman}/**/*.test.ts'],
          globalSetup: ['infra/e2e/folders.ts'],
          setupFiles: [...common.setupFiles, 'infra/e2e/keep-failed.ts'],
          // newman's own, which cannot be fixed here.
          execArgv: [semiSpace, '--disable-warning=DEP0176'],
        },
      },
      {
        test: { ...common, name: 'house', include: ['infra/{house,containers,kubernetes}/**/*.test.ts'] },
      },
      {
        test: {
          ...common,
          name: 'unit',
          include: [
            'packages/*/test/**/*.test.ts',
            '{event-bus,accounts,posts,comments,moderation,media,notifications,query,gateway,client}/**/*.test.{ts,tsx}',
            'infra/{access,backup,export,run,import,log,bench,chaos,conform,doctor,test-run}/**/*.test.ts',
          ],
        },
      },
    ],
  },
})
