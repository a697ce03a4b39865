import { readFileSync } from 'node:fs'
import { createVitest, parseCLI, type TestModule, type Vitest } from 'vitest/node'
import ClosingLine from './closing-line.ts'
import Parts from './parts.ts'
import { staticChecks } from './static-checks.ts'
import { recordUnsteady, unsteadyFile } from './unsteady.ts'

/** Where more files than these fail, something is broken, and no longer run tells more. */
const filesAgainMax = 3

const named = (modules: readonly TestModule[]): string =>
  modules.map(({ relativeModuleId }) => relativeModuleId).join(', ')

const say = (text: string): void => void process.stdout.write(`\n${text}\n`)

const isCi = Boolean(process.env.CI)

/** The full names of the tests of these files that failed, by file, with the first line of what each said. */
const failuresOf = (modules: readonly TestModule[]) =>
  new Map(
    modules.map((module) => [
      module.id,
      [...module.children.allTests('failed')].map((test) => ({
        test: test.fullName,
        error: test.result().errors?.[0]?.message?.split('\n', 1)[0] ?? '',
      })),
    ]),
  )

/**
 * Runs the files that failed once more, when nothing else runs. A test that passes only then is unsteady: it is named and
 * recorded. That fails the run in continuous integration; elsewhere it is a warning, for the machine may just have been busy.
 */
const onceMore = async (
  vitest: Vitest,
  failed: readonly TestModule[],
  closing: ClosingLine,
): Promise<void> => {
  say(`Failed, and run once more alone: ${named(failed)}`)
  const failures = failuresOf(failed)
  process.exitCode = 0
  const { testModules } = await vitest.runTestSpecifications(
    failed.map((module) => module.toTestSpecification()),
  )
  const unsteady = testModules.filter((module) => failures.has(module.id) && module.ok())
  if (unsteady.length === 0) return
  for (const module of unsteady)
    await recordUnsteady({ file: module.relativeModuleId, failures: failures.get(module.id) ?? [] })
  say(`Unsteady, passed alone: ${named(unsteady)}. Recorded in ${unsteadyFile}`)
  if (!isCi) return
  process.exitCode = 1
  closing.countAsFailed(unsteady.length)
}

/** What the set-up before this run took; 0 where nothing was to be done. */
const setUpMs = (): number => {
  try {
    return Number(readFileSync('.cache/set-up-seconds', 'utf8')) * 1_000
  } catch {
    return 0
  }
}

const own = ['--long', '--static'] as const
const parameters = process.argv.slice(2)
const isAsked = (which: (typeof own)[number]) => parameters.includes(which)
// More and new cases of each property test.
if (isAsked('--long')) process.env.CASES = 'long'
const { filter, options } = parseCLI([
  'vitest',
  'run',
  ...parameters.filter((each) => !own.some((flag) => flag === each)),
])
process.env.NODE_ENV ??= 'test'
const closing = new ClosingLine()
const parts = new Parts(setUpMs())

/** The static checks, beside the first tests, which mostly wait for processes. Resolves to what is against them, or ''. */
const checked = async (): Promise<string> => {
  if (!isAsked('--static')) return ''
  const begun = performance.now()
  const { passed, said } = await staticChecks()
  parts.add('static', begun, performance.now())
  const verdict = passed ? '' : `The static checks failed:\n${said}`
  if (!passed) say(verdict)
  return verdict
}
const staticVerdict = checked()

const vitest = await createVitest({ ...options, reporters: ['default', closing, parts], watch: false })
try {
  const { testModules, unhandledErrors } = await vitest.start(filter)
  const failed = testModules.filter((module) => !module.ok())
  const isFew = failed.length > 0 && failed.length <= filesAgainMax
  if (isFew && unhandledErrors.length === 0) await onceMore(vitest, failed, closing)
} catch (error) {
  process.exitCode = 1
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'VITEST_FILES_NOT_FOUND') throw error
} finally {
  const verdict = await staticVerdict
  if (verdict !== '') {
    say(verdict)
    process.exitCode = 1
    closing.countAsFailed(1)
  }
  say(parts.table())
  await vitest.close()
}
