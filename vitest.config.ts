import { defineConfig } from 'vitest/config'

const notTests = ['**/node_modules/**', '**/build/**']

/** What is quick runs first. Whole systems run one after another: each is seven processes. */
export default defineConfig({
  test: {
    reporters: ['default', './infra/test-run/closing-line.ts'],
    projects: [
      {
        test: {
          name: 'house',
          include: ['infra/{house,containers,kubernetes}/**/*.test.ts'],
          exclude: notTests,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'unit',
          isolate: false,
          maxWorkers: 2,
          setupFiles: ['infra/house/same-cases.ts', 'infra/house/patience.ts'],
          expect: { poll: { timeout: 40_000, interval: 10 } },
          include: [
            'packages/*/test/**/*.test.ts',
            '{event-bus,accounts,posts,comments,moderation,query,gateway,client}/**/*.test.{ts,tsx}',
            'infra/{access,backup,run,import,bench,chaos,conform,test-run}/**/*.test.ts',
          ],
          exclude: notTests,
          // Of a machine that is busy with other things. A test that takes so long is broken.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['infra/{e2e,postman}/**/*.test.ts'],
          exclude: notTests,
          setupFiles: ['infra/house/patience.ts'],
          expect: { poll: { timeout: 40_000, interval: 10 } },
          isolate: false,
          maxWorkers: 3,
          // newman's, which nobody here can mend.
          execArgv: ['--disable-warning=DEP0176'],
          testTimeout: 90_000,
          hookTimeout: 90_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
