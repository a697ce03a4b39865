import { createVitest, parseCLI, type TestModule, type Vitest } from 'vitest/node'

/** Where more files than these fail, something is broken, and no longer run tells more. */
const filesAgainMax = 3

const named = (modules: readonly TestModule[]): string =>
  modules.map(({ relativeModuleId }) => relativeModuleId).join(', ')

const say = (text: string): void => void process.stdout.write(`\n${text}\n`)

/**
 * Runs what failed once more, when nothing else runs: a machine that is busy with other things can starve a browser or a process
 * beyond any patience. What passes only then is named, so that it is looked into, and does not fail the run.
 */
const onceMore = async (vitest: Vitest, failed: readonly TestModule[]): Promise<void> => {
  say(`Failed, and run once more alone: ${named(failed)}`)
  process.exitCode = 0
  const { testModules } = await vitest.runTestSpecifications(
    failed.map((module) => module.toTestSpecification()),
  )
  const ids = new Set(failed.map(({ id }) => id))
  const steady = testModules.filter((module) => ids.has(module.id) && module.ok())
  if (steady.length > 0) say(`Unsteady, passed alone: ${named(steady)}`)
}

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
process.env.NODE_ENV ??= 'test'
const vitest = await createVitest({ ...options, watch: false })
try {
  const { testModules, unhandledErrors } = await vitest.start(filter)
  const failed = testModules.filter((module) => !module.ok())
  const isFew = failed.length > 0 && failed.length <= filesAgainMax
  if (isFew && unhandledErrors.length === 0) await onceMore(vitest, failed)
} catch (error) {
  process.exitCode = 1
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'VITEST_FILES_NOT_FOUND') throw error
} finally {
  await vitest.close()
}
